using System.Globalization;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Simple;

public static partial class SimpleHtml
{
    const string TitlePrefix = "Links for ";
    const int MaxNameLength = 1024;
    const string SerialPrefix = "SERIAL ";

    /// <summary>Reads a project's page, one tag at a time. Anchors that do not lead to a file are skipped.</summary>
    /// <exception cref="PageFormatException">The API version is not 1.x, or a tag or text is too long.</exception>
    public static Task<ProjectDetail> ReadProjectAsync(Stream stream, CancellationToken cancellationToken = default) =>
        ReadProjectAsync(stream, null, cancellationToken);

    /// <summary>Reads a project's page, and resolves relative links against the page's URL.</summary>
    /// <param name="stream">The page, in UTF-8.</param>
    /// <param name="baseUrl">The page's URL; a <c>&lt;base&gt;</c> in the page takes precedence. Null leaves relative
    /// links unchanged.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="PageFormatException">The API version is not 1.x, or a tag or text is too long.</exception>
    public static async Task<ProjectDetail> ReadProjectAsync(
        Stream stream, Uri? baseUrl, CancellationToken cancellationToken = default)
    {
        var files = new FileList();
        var head = await ReadAnchorsAsync(stream, baseUrl, files.Add, cancellationToken);
        return new ProjectDetail
        {
            Name = head.Title.StartsWith(TitlePrefix, StringComparison.Ordinal) ? head.Title[TitlePrefix.Length..] : "",
            Status = head.Status,
            StatusReason = head.StatusReason,
            Files = files!,
            LastSerial = head.LastSerial,
            ApiVersion = ApiVersion.Check(head.ApiVersion),
        };
    }

    /// <summary>Reads a list of projects, one tag at a time.</summary>
    /// <exception cref="PageFormatException">The API version is not 1.x, or a tag or text is too long.</exception>
    public static Task<ProjectList> ReadListAsync(Stream stream, CancellationToken cancellationToken = default) =>
        ReadListAsync(stream, null, cancellationToken);

    /// <summary>Reads a list of projects, one tag at a time.</summary>
    /// <param name="stream">The list, in UTF-8.</param>
    /// <param name="url">The list's URL, below which the projects are. Null: what links to a project is not
    /// recognized.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="PageFormatException">The API version is not 1.x, or a tag or text is too long.</exception>
    public static async Task<ProjectList> ReadListAsync(
        Stream stream, Uri? url, CancellationToken cancellationToken = default)
    {
        var projects = new ListedProjects();
        var hasProject = false;
        var head = await ReadAnchorsAsync(stream, Add, cancellationToken);
        return new ProjectList
        {
            Projects = projects,
            LastSerial = head.LastSerial,
            ApiVersion = ApiVersion.Check(head.ApiVersion),
            IsRecognized = head.ApiVersion is not null || (hasProject && !head.HasPassword),
        };

        void Add(HtmlToken anchor, string text, Uri? baseOfPage)
        {
            var link = anchor["href"] ?? "";
            // A listing of a folder sorts itself by such links.
            if (link.StartsWith('?'))
                return;
            hasProject = hasProject || (url is not null && ProjectLink.Leads(link, text.Trim(), baseOfPage, url));
            var name = text.Trim();
            // In a listing of a folder, the text ends with a slash, or is cut off.
            if (!ProjectName.TryParse(name, out _)
                && PageUrl.Parse(link).Url.TrimEnd('/') is var path
                && new PageUrl(path, "").FileName is { Length: > 0 } segment)
            {
                name = segment;
            }
            if (name.Length > 0)
                projects.Add(new ListedProject(name));
        }
    }

    static Task<PageHead> ReadAnchorsAsync(
        Stream stream, Uri? baseUrl, Action<PageFile> add, CancellationToken cancellationToken) =>
        ReadAnchorsAsync(
            stream,
            (anchor, _, baseOfPage) =>
            {
                if (ReadFile(anchor, baseOfPage ?? baseUrl) is { } file)
                    add(file);
            },
            cancellationToken,
            baseUrl);

    /// <summary>Passes each anchor, its text and its base URL to a callback.</summary>
    static async Task<PageHead> ReadAnchorsAsync(
        Stream stream, Action<HtmlToken, string, Uri?> add, CancellationToken cancellationToken, Uri? baseUrl = null)
    {
        using var tokens = new HtmlTokenReader(stream);
        var head = new PageHead();
        HtmlToken? anchor = null;
        var text = new StringBuilder();
        while (await tokens.ReadAsync(cancellationToken) is { } token)
        {
            var ends = token is { Kind: HtmlTokenKind.StartTag or HtmlTokenKind.EndTag, Text: "a" };
            if (ends && anchor is not null)
                add(anchor, text.ToString(), head.BaseUrl);
            if (ends)
                (anchor, text) = (token.Kind == HtmlTokenKind.StartTag ? token : null, text.Clear());
            else if (token.Kind == HtmlTokenKind.Text && anchor is not null)
                text.Append(text.Length < MaxNameLength ? token.Text : "");
            else
                head.Add(token, baseUrl);
        }
        if (anchor is not null)
            add(anchor, text.ToString(), head.BaseUrl);
        return head;
    }

    static PageFile? ReadFile(HtmlToken anchor, Uri? baseUrl)
    {
        var url = PageUrl.Parse((anchor["href"] ?? "").Trim());
        var fileName = url.FileName;
        if (fileName.Length == 0 || !url.IsFetchable)
            return null;
        return new PageFile
        {
            FileName = fileName,
            Url = baseUrl is null ? url.Url : PageUrl.Resolve(url.Url, baseUrl),
            Hashes = url.AddHashesTo(default),
            RequiresPython = anchor["data-requires-python"] is { Length: > 0 } text ? StringPool.Intern(text) : null,
            CoreMetadata = ReadMetadata(anchor["data-core-metadata"] ?? anchor["data-dist-info-metadata"]),
            Yanked = anchor["data-yanked"] is { } yanked ? StringPool.Intern(yanked) : null,
            Size = ReadInt64(anchor["data-size"]),
            UploadTime = UploadTime.Parse(anchor["data-upload-time"]),
            Provenance = anchor["data-provenance"] is { Length: > 0 } provenance ? provenance : null,
            GpgSig = anchor["data-gpg-sig"] switch { "true" => true, "false" => false, _ => null },
        };
    }

    /// <summary><c>sha256=…</c> or <c>true</c> (<see href="https://peps.python.org/pep-0714/">PEP 714</see>). Another
    /// algorithm only means that there is a metadata file.</summary>
    static MetadataAvailability ReadMetadata(string? value)
    {
        const string prefix = "sha256=";
        if (value is null or "" or "false")
            return MetadataAvailability.None;
        return value.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && Sha256Digest.TryParse(value.AsSpan(prefix.Length), out var digest)
            ? MetadataAvailability.WithHash(digest)
            : MetadataAvailability.WithoutHash;
    }

    static long? ReadInt64(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The content of a page outside its anchors.</summary>
    sealed class PageHead
    {
        bool _inTitle;
        bool _hasTitle;

        public string Title { get; private set; } = "";

        public string? ApiVersion { get; private set; }

        public ProjectStatus Status { get; private set; }

        public string? StatusReason { get; private set; }

        public long? LastSerial { get; private set; }

        public Uri? BaseUrl { get; private set; }

        /// <summary>Whether it asks for a password.</summary>
        public bool HasPassword { get; private set; }

        public void Add(HtmlToken token, Uri? pageUrl)
        {
            if (token.Kind == HtmlTokenKind.Comment)
                AddComment(token.Text);
            else if (token.Kind == HtmlTokenKind.Text)
                Title += _inTitle && Title.Length < MaxNameLength ? token.Text : "";
            else if (token.Text == "title")
                AddTitle(token.Kind == HtmlTokenKind.StartTag);
            else if (token is { Kind: HtmlTokenKind.StartTag, Text: "meta" })
                AddMeta(token["name"], token["content"] ?? "");
            else if (token is { Kind: HtmlTokenKind.StartTag, Text: "base" } && BaseUrl is null)
                AddBase(token["href"], pageUrl);
            else if (token is { Kind: HtmlTokenKind.StartTag, Text: "input" })
                HasPassword |= "password".Equals(token["type"], StringComparison.OrdinalIgnoreCase);
        }

        void AddTitle(bool starts)
        {
            _inTitle = starts && !_hasTitle;
            _hasTitle = true;
        }

        void AddComment(string text)
        {
            if (text.StartsWith(SerialPrefix, StringComparison.Ordinal))
                LastSerial = ReadInt64(text[SerialPrefix.Length..].Trim()) ?? LastSerial;
        }

        void AddMeta(string? name, string content)
        {
            if (name == "pypi:repository-version")
                ApiVersion ??= content.Trim();
            else if (name == "pypi:project-status")
                Status = ProjectStatusNames.TryParse(content, out var status) ? status : Status;
            else if (name == "pypi:project-status-reason")
                StatusReason ??= content;
        }

        void AddBase(string? href, Uri? pageUrl)
        {
            if (href is null)
                return;
            var resolved = pageUrl is null ? href : PageUrl.Resolve(href, pageUrl);
            var isAbsolute = Uri.TryCreate(resolved, UriKind.Absolute, out var url);
            BaseUrl = isAbsolute && url!.Scheme.StartsWith("http", StringComparison.Ordinal) ? url : null;
        }
    }
}
