using PyRepo.Advisories;
using PyRepo.Downloads;
using PyRepo.Egress;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Simple;
namespace PyRepo.Server.Platform.Limits;

/// <summary>
/// Limits on the cost of one name, page, file, request or client. <c>docs/limits.md</c> lists them for
/// administrators; a test compares both.
/// </summary>
/// <remarks>Lengths are in bytes, unless the description says otherwise.</remarks>
static class ServerLimits
{
    /// <summary>
    /// The length of a project's name in characters. A longer name is not found, before anything is asked or read.
    /// </summary>
    public const int MaxProjectNameLength = PageLimits.MaxNameLength;

    /// <summary>The length of a file's name in characters. A longer name is not found.</summary>
    public const int MaxFileNameLength = 255;

    /// <summary>
    /// The length of the host and path at upstream by which a file is asked for, in characters. A longer one is not
    /// found.
    /// </summary>
    public const int MaxAliasLength = 2048;

    /// <summary>The projects that are asked for a file of which a URL does not tell the project.</summary>
    public const int MaxProjectsOfAlias = 4;

    /// <summary>The cost of a bcrypt hash in htpasswd, which takes about a second. The user cannot log in.</summary>
    public const int MaxBcryptCost = 14;

    /// <summary>The rounds of a SHA-2, SM3 or Sun MD5 hash in htpasswd. The user cannot log in.</summary>
    public const int MaxHashRounds = 100_000;

    /// <summary>The rounds of a SHA-1 hash in htpasswd, which cost less. The user cannot log in.</summary>
    public const int MaxSha1Rounds = 300_000;

    /// <summary>
    /// The password of a hash of these schemes, or of MD5, each round of which reads all of it. A longer one is wrong.
    /// </summary>
    public const int MaxHashedPasswordLength = 128;

    /// <summary>The lines of a Secret's key <c>tokens</c> that have no token. What follows is not read.</summary>
    public const int MaxUnreadableTokens = 1000;

    /// <summary>The memory of a yescrypt or scrypt hash in htpasswd. The user cannot log in.</summary>
    public const int MaxHashMemory = 64 << 20;

    /// <summary>The length of a version in characters. A longer one is not found.</summary>
    public const int MaxVersionLength = PageLimits.MaxVersionLength;

    /// <summary>
    /// The length in characters of the host that a request names, with its port. A longer one is 400.
    /// </summary>
    public const int MaxHostLength = 255;

    /// <summary>
    /// The wrong passwords that all addresses together may try in a row for one user, but those from which the user
    /// logged in before.
    /// </summary>
    public const int MaxGuessesAtUser = 20;

    /// <summary>
    /// The wrong passwords that may be tried in a row for one user beyond these, each from an address from which none
    /// failed within ten minutes.
    /// </summary>
    public const int MaxReservedGuessesAtUser = 20;

    /// <summary>A project's page from an upstream, as it arrives and decompressed.</summary>
    public const int MaxProjectPageLength = PageLimits.MaxLength;

    /// <summary>An upstream's list of all projects, as it arrives and decompressed.</summary>
    public const int MaxProjectListLength = 128 << 20;

    /// <summary>The beginning of that list, which shows whether it is one.</summary>
    public const int MaxBeginningOfList = 64 << 10;

    /// <summary>The processor time of one piece of work whose result is in no cache, such as a page.</summary>
    public static readonly TimeSpan MaxWorkTime = TimeSpan.FromSeconds(1);

    /// <summary>How long it may take in all, with what it waits for.</summary>
    public static readonly TimeSpan MaxWorkDuration = TimeSpan.FromMinutes(1);

    /// <summary>How long it may wait for memory that other work takes, and a login for the hashes of others.</summary>
    public static readonly TimeSpan MaxWorkWait = TimeSpan.FromSeconds(10);

    /// <summary>How much of it may wait or go on at once. For what comes then, there is no room.</summary>
    public const int MaxConcurrentWork = 1000;

    /// <summary>
    /// The processor time of reading a whole archive, and a second more for each <see cref="MinInspectionRate"/>.
    /// </summary>
    public static readonly TimeSpan MaxInspectionTime = TimeSpan.FromSeconds(5);

    /// <summary>The bytes of an archive for which reading it may take another second.</summary>
    public const int MinInspectionRate = 16 << 20;

    /// <summary>
    /// The temporary files of all pages that are too long for the memory. What needs another one then is 503.
    /// </summary>
    public const long MaxTemporaryLength = 512 << 20;

    /// <summary>Those of them that are cached. The least recently used go.</summary>
    public const long MaxCachedTemporaryLength = MaxTemporaryLength / 2;

    /// <summary>Those of them that clients of one address read at once.</summary>
    public const long MaxTemporaryLengthOfAddress = MaxTemporaryLength / 4;

    /// <summary>The files of a release that <c>api/v1/why</c> explains. It says how many more there are.</summary>
    public const int MaxExplainedFiles = 1000;

    /// <summary>The pages of one repository as of a date that are made at once. Others wait.</summary>
    public const int MaxConcurrentDatedPages = 4;

    /// <summary>
    /// The bytes of a project's long description on its page for people and in the JSON API. The rest is cut.
    /// </summary>
    public const int MaxDescriptionLength = 256 << 10;

    /// <summary>
    /// The characters of all other metadata there. Beyond it the longest fields are left out. Escaped in JSON, each takes up
    /// to six bytes, for each slow client if that does not fit into the memory budget.
    /// </summary>
    public const int MaxShownMetadataLength = 256 << 10;

    /// <summary>The processor time to render it. What takes longer is shown as it was written.</summary>
    public static readonly TimeSpan MaxDescriptionTime = TimeSpan.FromSeconds(0.5);

    /// <summary>The files of a project's page from an upstream. The parser applies it.</summary>
    public const int MaxFilesOfPage = PageLimits.MaxFiles;

    /// <summary>
    /// The length in characters of the URL that the links of a project's page are relative to, without its query. The
    /// parser applies it.
    /// </summary>
    public const int MaxBaseUrlOfPage = PageLimits.MaxBaseUrlLength;

    /// <summary>The names of an upstream's list of all projects. The parser applies it.</summary>
    public const int MaxNamesOfList = PageLimits.MaxProjects;

    /// <summary>
    /// The bytes of one upstream's pages that are parsed at once. If there are more, only
    /// <see cref="MaxConcurrentLargePages"/> go on, and the others wait.
    /// </summary>
    public const int MaxConcurrentPageBytes = 4 << 20;

    /// <inheritdoc cref="MaxConcurrentPageBytes"/>
    public const int MaxConcurrentLargePages = 2;

    /// <summary>The pages that are requested from one upstream at once.</summary>
    public const int MaxConcurrentPageRequests = EgressLimits.MaxConcurrentPageRequests;

    /// <summary>
    /// The chains of proxies, as requests tell them in <c>CDN-Loop</c>, for which the same is asked or fetched at once.
    /// Requests of the installation's own groups do not count.
    /// </summary>
    public const int MaxConcurrentChains = EgressLimits.MaxConcurrentChains;

    /// <summary>The files that are fetched from one upstream at once. Pages and metadata never wait for them.</summary>
    public const int MaxConcurrentFetches = 32;

    /// <summary>
    /// The files of one upstream that are passed on at once because there is no room for them. They take as long as
    /// their clients.
    /// </summary>
    public const int MaxConcurrentPassedOn = 32;

    /// <summary>The projects that a mirror fetches at once. Clients' requests do not wait for them.</summary>
    public const int MaxConcurrentMirrorFetches = 8;

    /// <summary>
    /// The changed projects that a mirror has in memory at once. For the next ones it reads its progress again.
    /// </summary>
    public const int MaxMirrorBatch = 20_000;

    /// <summary>The metadata files that are fetched from one upstream at once.</summary>
    public const int MaxConcurrentMetadataFetches = 8;

    /// <summary>
    /// The files of one upstream whose attestations are fetched and verified at once.
    /// </summary>
    public const int MaxConcurrentVerifications = 4;

    /// <summary>
    /// The projects of one upstream whose attestations are being verified, or wait for it. Others begin when their page
    /// is next refreshed.
    /// </summary>
    public const int MaxVerifiedProjects = 256;

    /// <summary>How long an upstream may take for one provenance that is to be verified.</summary>
    public static readonly TimeSpan MaxProvenanceTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The files of a project of an upstream whose attestations are verified: the newest, and the first. Then the newest
    /// few with each refresh, and the others count as not verified.
    /// </summary>
    public const int MaxVerifiedFiles = 20_000;

    /// <summary>The projects of a proxy with files that its rules hold or report that are remembered for its status.</summary>
    public const int MaxFindings = 1000;

    /// <summary>The files of one upstream that are inspected by ranges at once.</summary>
    public const int MaxConcurrentInspections = 8;

    /// <summary>
    /// The projects of one upstream whose files are being inspected, or wait for it. Others begin when their page is next
    /// refreshed.
    /// </summary>
    public const int MaxInspectedProjects = 256;

    /// <summary>
    /// The inspected files of a project of an upstream that are remembered. Of more, the oldest are forgotten, those
    /// without a finding first.
    /// </summary>
    public const int MaxInspectedFiles = 2000;

    /// <summary>The memory that is taken by what is remembered of them, in bytes. Most take 1,000.</summary>
    public const long MaxInspectedWeight = 8 << 20;

    /// <summary>The bytes that are read of the end of a wheel that is inspected.</summary>
    public const int MaxInspectedTail = 40 << 10;

    /// <summary>
    /// The bytes that are read of a wheel before it is first listed, by two ranges, if what matters lies together.
    /// </summary>
    public const int MaxInspectedLength = 64 << 10;

    /// <summary>The bytes that are read of it after those, if it does not.</summary>
    public const int MaxInspectedRest = 4 << 20;

    /// <summary>The projects that a file begins to require whose age is looked up.</summary>
    public const int MaxNewRequirements = 32;

    /// <summary>The projects whose age is looked up for a batch of files. The other files are inspected again later.</summary>
    public const int MaxDependencies = 64;

    /// <summary>The pages of such projects that are read at once.</summary>
    public const int MaxConcurrentDependencies = 4;

    /// <summary>How long an answer about such a project is waited for.</summary>
    public static readonly TimeSpan MaxDependencyTime = TimeSpan.FromSeconds(10);

    /// <summary>Pages that are requested from one member on another server at once.</summary>
    public const int MaxConcurrentMemberPages = 128;

    /// <summary>
    /// How many requests wait for one of these turns, for pages, files and metadata files each. They wait even if their
    /// clients have left.
    /// </summary>
    public const int MaxWaitingForTurns = EgressLimits.MaxWaitingForTurns;

    /// <summary>How long an upstream may take for one page, in all.</summary>
    public static readonly TimeSpan MaxPageTime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How often a project's fresh page is read again because URLs name files that it does not have.
    /// </summary>
    public const int MaxMissedFiles = 64;

    /// <summary>
    /// How long a page with a lower serial than the cached one is taken for that of a lagging mirror.
    /// </summary>
    public static readonly TimeSpan MaxMirrorLag = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The files, pages and metadata files on the disk of one proxy, without what it mirrors. Each takes some 300 bytes of
    /// memory.
    /// </summary>
    public const int MaxCachedObjects = 500_000;

    /// <summary>
    /// The memory and disk space for the names that a proxy's upstream once had: enough for 6,200,000. For up to 200,000 it
    /// is 256 KiB.
    /// </summary>
    public const int MaxSeenProjectsLength = 31 * (256 << 10);

    /// <summary>How long a proxy leaves a project alone because its upstream asked to be asked later.</summary>
    public static readonly TimeSpan MaxRetryAfter = EgressLimits.MaxRetryAfter;

    /// <summary>A file whose length neither its page nor its upstream tells. A longer one is not served.</summary>
    public const long MaxUnsizedFileLength = PageLimits.MaxUnsizedFileLength;

    /// <summary>
    /// The bytes per second that must arrive of a file that no client waits for any more. A slower fetch ends.
    /// </summary>
    public const int MinAbandonedFetchRate = 100 << 10;

    /// <summary>
    /// The newest wheels of a project whose metadata is read from their tails, if upstream has no metadata files.
    /// </summary>
    public const int MaxRangedWheels = 10;

    /// <summary>The bytes that are read of the tail of a wheel.</summary>
    public const int MaxTailLength = 128 << 10;

    /// <summary>A source of advisories, a zip file of them or JSON.</summary>
    public const int MaxAdvisoriesLength = 256 << 20;

    /// <summary>How long a source of advisories may take in all.</summary>
    public static readonly TimeSpan MaxAdvisoriesTime = TimeSpan.FromMinutes(10);

    /// <summary>The directory of a zip file of advisories, which is read into memory.</summary>
    public const int MaxAdvisoryDirectoryLength = AdvisoryLimits.MaxAdvisoryDirectoryLength;

    /// <summary>The advisories of a source, of all ecosystems.</summary>
    public const int MaxAdvisories = AdvisoryLimits.MaxAdvisories;

    /// <summary>The advisories of a source that cannot be read.</summary>
    public const int MaxUnreadableAdvisories = AdvisoryLimits.MaxUnreadableAdvisories;

    /// <summary>One advisory. A longer one is skipped.</summary>
    public const int MaxAdvisoryLength = AdvisoryLimits.MaxAdvisoryLength;

    /// <summary>The documents of one source of advisories that are kept in the folder for temporary files.</summary>
    public const long MaxKeptAdvisoriesLength = AdvisoryLimits.MaxKeptLength;

    /// <summary>All advisories of a zip file, unpacked.</summary>
    public const int MaxUnpackedAdvisoriesLength = AdvisoryLimits.MaxUnpackedAdvisoriesLength;

    /// <summary>A source of advisories that is JSON, which is read into memory.</summary>
    public const int MaxAdvisoryListLength = AdvisoryLimits.MaxAdvisoryListLength;

    /// <summary>
    /// The length of a file's <c>Requires-Python</c> in characters. A longer one is in no record and on no page.
    /// </summary>
    public const int MaxRequiresPythonLength = PageLimits.MaxRequiresPythonLength;

    /// <summary>
    /// The length in characters of the reason for a yank or a project's status. Of an upstream's, more is cut off.
    /// </summary>
    public const int MaxReasonLength = PageLimits.MaxReasonLength;

    /// <summary>The length in characters of a summary in lists and search, which are in memory. More is cut off.</summary>
    public const int MaxListedSummaryLength = 200;

    /// <summary>
    /// The projects of one repository whose spelled names and summaries are in memory. Others are listed without.
    /// </summary>
    public const int MaxDescribedProjects = 100_000;

    /// <summary>
    /// A mounted file: a key of a Secret or ConfigMap, which Kubernetes limits to the same size, or
    /// <c>platform.json</c>.
    /// </summary>
    public const int MaxMountedFileLength = 1 << 20;

    /// <summary>The fields of an upload's form other than the file.</summary>
    public const int MaxUploadFields = 20_000;

    /// <summary>The length of those fields together. Of most of them, nothing is kept.</summary>
    public const int MaxUploadFieldsLength = 16 << 20;

    /// <summary>
    /// A field of an upload's form that is read, such as the name, a digest or a time. Those below have other limits.
    /// </summary>
    public const int MaxUploadFieldLength = 1 << 10;

    /// <summary>The summary in an upload's form. A longer one is read in the file's own metadata only.</summary>
    public const int MaxUploadSummaryLength = 2 << 10;

    /// <summary>
    /// The memory of all uploads under way, if an eighth of the memory limit is less. One user takes at most half of
    /// what others leave.
    /// </summary>
    public const int MinUploadMemory = 16 << 20;

    /// <summary>The attestations of an upload.</summary>
    public const int MaxAttestationsLength = Attestation.MaxArrayLength;

    /// <inheritdoc cref="Attestation.MaxCount"/>
    public const int MaxAttestations = Attestation.MaxCount;

    /// <summary>A file's provenance: the attestations with their publisher, of an upload or of upstream's.</summary>
    public const int MaxProvenanceLength = Provenance.MaxLength;

    /// <summary>
    /// The members of a distribution's archive, or the headers of a tar. The readers of archives apply it.
    /// </summary>
    public const int MaxArchiveMembers = ArchiveLimits.MaxMembers;

    /// <summary>The characters of a member's path, or of the target of a link.</summary>
    public const int MaxMemberPathLength = ArchiveLimits.MaxPathLength;

    /// <summary>A name that has a header of its own in a tar.</summary>
    public const int MaxMemberNameLength = ArchiveLimits.MaxNameLength;

    /// <summary>The records of a pax header.</summary>
    public const int MaxPaxRecords = ArchiveLimits.MaxPaxRecords;

    /// <summary>All headers of a tar that only describe others.</summary>
    public const int MaxTarDescriptionsLength = ArchiveLimits.MaxDescriptionsLength;

    /// <summary>The RECORD of an uploaded wheel.</summary>
    public const int MaxRecordLength = ArchiveLimits.MaxRecordLength;

    /// <summary>A file of an uploaded wheel of which the digest is computed, to compare it with RECORD.</summary>
    public const int MaxHashedMemberLength = ArchiveLimits.MaxHashedMemberLength;

    /// <summary>The entry_points.txt of an uploaded wheel.</summary>
    public const int MaxEntryPointsLength = ArchiveLimits.MaxEntryPointsLength;

    /// <summary>A file that lists the variants of a release.</summary>
    public const int MaxVariantsIndexLength = ArchiveLimits.MaxVariantsIndexLength;

    /// <summary>The configuration or the keys of an identity provider.</summary>
    public const int MaxIssuerDocumentLength = 512 << 10;

    /// <summary>
    /// The body of a request to the API, of a form on a page, and of a request for a token and its answer.
    /// </summary>
    public const int MaxApiBodyLength = 64 << 10;

    /// <summary>The changes that one request makes to bring a project back. Uploads wait for the write.</summary>
    public const int MaxRestoredTogether = 500;

    /// <summary>The body of a request for advisories.</summary>
    public const int MaxOsvBodyLength = 1 << 20;

    /// <summary>The queries in one request for advisories.</summary>
    public const int MaxOsvQueries = 1000;

    /// <summary>The documents of advisories in one answer, and one more. The rest is on further pages.</summary>
    public const int MaxOsvPageLength = 1 << 20;

    /// <summary>The advisories that are found by one alias.</summary>
    public const int MaxAliasedAdvisories = 100;

    /// <summary>The documents of the advisories that are found by one alias.</summary>
    public const int MaxAliasedAdvisoriesLength = 16 << 20;

    /// <summary>The characters of a User-Agent that are read to tell which installer it is.</summary>
    public const int MaxUserAgentLength = 1024;

    /// <summary>
    /// The rows of a day's statistics, with the project, the version, the installer and Python. There may be as many
    /// again with the project alone.
    /// </summary>
    public const int MaxDownloadRows = 50_000;

    /// <summary>
    /// The projects of a repository whose downloads of late are kept for pages, of ten times as many that are counted.
    /// </summary>
    public const int MaxRecentProjects = 1_000;

    /// <summary>The days that one request for statistics may span.</summary>
    public const int MaxStatisticsDays = 366;

    /// <summary>The rows that one request for statistics may sum up.</summary>
    public const int MaxStatisticsRows = 100_000;

    /// <summary>The rows that one request for statistics may get.</summary>
    public const int MaxTopStatistics = 10_000;

    /// <summary>
    /// The downloads that wait in memory until they are written to the download log. While the store takes none, further
    /// ones are counted as lost.
    /// </summary>
    public const int MaxQueuedDownloads = DownloadLimits.MaxQueued;

    /// <summary>The characters of a caller's name, or of a claim, in the download log.</summary>
    public const int MaxLoggedCallerLength = DownloadLimits.MaxTextLength;

    /// <summary>The rows of files and callers that one request to the download log may get.</summary>
    public const int MaxDownloadLogRows = DownloadLimits.MaxRows;

    /// <summary>Those of callers without accepted credentials.</summary>
    public const int MaxUnknownDownloadLogRows = DownloadLimits.MaxUnknownRows;

    /// <summary>The manifests of a candidate that is replayed: its policy, and ConfigMaps.</summary>
    public const int MaxCandidateLength = 4 << 20;

    /// <summary>The sums of downloads, by release and day, that a policy is replayed over.</summary>
    public const int MaxReplayedSums = 2_000_000;

    /// <summary>The releases that a replay names: first those of which most downloads are refused.</summary>
    public const int MaxReplayedReleases = 10_000;

    /// <summary>
    /// Connections to the port for packages. Others are closed at once. It is fewer if the process may have few
    /// descriptors: a quarter of those beyond the first 224.
    /// </summary>
    public const int MaxConnections = 2000;

    /// <summary>Connections to the management port. Others are closed at once.</summary>
    public const int MaxManagementConnections = 32;

    /// <summary>How long a client may take until a connection is encrypted.</summary>
    public static readonly TimeSpan MaxTlsHandshakeTime = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may wait for its next request.</summary>
    public static readonly TimeSpan MaxIdleTime = TimeSpan.FromMinutes(2);

    /// <summary>How long the headers of a request may take.</summary>
    public static readonly TimeSpan MaxRequestHeadersTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The bytes a second that a client must take of a response. Half a MiB is sent at a time, so that a client that
    /// takes none is disconnected after a minute.
    /// </summary>
    public const int MinDownloadRate = 8 << 10;

    /// <summary>
    /// The bytes a second that must arrive of a rejected request's body, counted anew each second. After five slow
    /// seconds the response is sent all the same.
    /// </summary>
    public const int MinDrainRate = 100 << 10;

    /// <summary>Rejected requests whose bodies are read to their ends at once. Others are answered at once.</summary>
    public const int MaxConcurrentDrains = 16;

    /// <summary>The bytes of an upload that must arrive in each minute.</summary>
    public const int MinUploadPerMinute = 64 << 10;

    /// <summary>
    /// The form of an upload up to the project's name, if a group passes it on to a member on another server. Until
    /// then it is kept in memory.
    /// </summary>
    public const int MaxLeadingFieldsLength = 1 << 20;

    /// <summary>
    /// How long the last list of a hosted member on another server, which cannot be reached, tells which names are not
    /// the member's. Others may reach the member meanwhile, and upload to it.
    /// </summary>
    public static readonly TimeSpan MaxMemberListAge = TimeSpan.FromMinutes(5);

    /// <summary>How long a member on another server may take nothing of an upload.</summary>
    public static readonly TimeSpan MaxMemberSilence = TimeSpan.FromMinutes(1);

    /// <summary>How long a member on another server may take to answer, once it has the whole upload.</summary>
    public static readonly TimeSpan MaxMemberAnswerTime = TimeSpan.FromMinutes(5);

    /// <summary>Messages of one kind that are logged in a minute. Others are counted.</summary>
    public const int MaxLogMessagesPerMinute = 20;

    /// <summary>The length of a value in a logged message, such as a path, in characters.</summary>
    public const int MaxLogValueLength = 400;

    /// <summary>The length of a logged exception in characters.</summary>
    public const int MaxLoggedExceptionLength = 8 << 10;
}
