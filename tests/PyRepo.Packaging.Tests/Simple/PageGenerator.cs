using FsCheck;
using FsCheck.Fluent;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Tests.Simple;

/// <summary>Makes pages with hostile texts in all places where people may write.</summary>
static class PageGenerator
{
    static readonly string[] _hostile =
    [
        "\"><script>alert(1)</script>", "' onload='x", "<!-- -->", "a&amp;b &lt; &#60; &nbsp;", "line\nline",
        "carriage\r\nreturn", "tab\t", " leading and trailing ", "\U0001F40D \u00e9\u4e2d\u2028",
        "\\\" \\u0022 \u0001\u001f", "-->", "]]>", ">=3.8,<4", "</title>", "\u0085\u00a0",
    ];

    static readonly Gen<string> _texts = Gen.Elements(_hostile).Two().Select(pair => pair.Item1 + pair.Item2);

    static readonly Gen<string?> _textsOrNull =
        Gen.OneOf(_texts.Select(text => (string?)text), Gen.Constant<string?>(null));

    static readonly Gen<Sha256Digest> _digests =
        ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => Sha256Digest.HashData(bytes));

    static readonly Gen<FileHashes> _hashes = Gen.OneOf(
        _digests.Select(digest => new FileHashes(digest)),
        Gen.Constant(new FileHashes(null, "md5", "d41d8cd98f00b204e9800998ecf8427e")),
        Gen.Constant(default(FileHashes)));

    static readonly Gen<MetadataAvailability> _metadata = Gen.OneOf(
        Gen.Constant(MetadataAvailability.None),
        Gen.Constant(MetadataAvailability.WithoutHash),
        _digests.Select(MetadataAvailability.WithHash));

    /// <summary>Files that say only what HTML can say.</summary>
    static readonly Gen<PageFile> _htmlFiles =
        from name in _texts
        from hashes in _hashes
        from requiresPython in _textsOrNull
        from metadata in _metadata
        from yanked in Gen.OneOf(_textsOrNull, Gen.Constant<string?>(""))
        from provenance in _textsOrNull
        from gpgSig in Gen.Elements<bool?>(true, false, null)
        select new PageFile
        {
            FileName = name,
            Url = "../../packages/" + PathSegment.Encode(name),
            Hashes = hashes,
            RequiresPython = requiresPython,
            CoreMetadata = metadata,
            Yanked = yanked,
            Provenance = provenance,
            GpgSig = gpgSig,
        };

    static readonly Gen<PageFile> _jsonFiles =
        from file in _htmlFiles
        from size in Gen.Elements<long?>(0, 1, long.MaxValue, null)
        from microseconds in Gen.Choose(0, int.MaxValue)
        from days in Gen.Choose(0, 30_000)
        from hasTime in Gen.Elements(true, false)
        let time = DateTimeOffset.UnixEpoch.AddDays(days).AddMicroseconds(microseconds)
        select file with { Size = size, UploadTime = hasTime ? time : null };

    public static Arbitrary<ProjectDetail> HtmlPages =>
        Pages(_htmlFiles, Gen.Constant(Array.Empty<string>())).ToArbitrary();

    public static Arbitrary<ProjectDetail> JsonPages => Pages(_jsonFiles, _texts.ArrayOf()).ToArbitrary();

    static Gen<ProjectDetail> Pages(Gen<PageFile> files, Gen<string[]> versions) =>
        from name in Gen.Elements("foo", "foo-bar", "\"><script>")
        from status in Gen.Elements(Enum.GetValues<ProjectStatus>())
        from reason in _textsOrNull
        from list in files.ArrayOf()
        from versionList in versions
        from serial in Gen.Elements<long?>(0, 31878540, null)
        select new ProjectDetail
        {
            Name = name,
            Status = status,
            StatusReason = reason,
            Files = list,
            Versions = versionList,
            LastSerial = serial,
        };
}
