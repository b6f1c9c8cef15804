using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Sigstore.Keys;

namespace PyRepo.Sigstore.Roots;

/// <summary>A trusted root as its JSON has it.</summary>
sealed record TrustedRootDocument
{
    /// <summary>Of each kind. The public root has five in all.</summary>
    const int MaxEntries = 64;

    const int MaxChainLength = 8;

    public required string MediaType { get; init; }
    public LogDocument?[]? Tlogs { get; init; }
    public AuthorityDocument?[]? CertificateAuthorities { get; init; }
    public LogDocument?[]? Ctlogs { get; init; }
    public AuthorityDocument?[]? TimestampAuthorities { get; init; }

    /// <exception cref="FormatException">It is not valid.</exception>
    public static TrustedRoot Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var document = JsonSerializer.Deserialize(json, TrustedRootJson.Default.TrustedRootDocument);
            return document is not null ? document.ToRoot() : throw new FormatException("it is null");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or CryptographicException)
        {
            throw Malformed.Json("it is not a trusted root of Sigstore", error);
        }
    }

    TrustedRoot ToRoot()
    {
        if (MediaType is not ("application/vnd.dev.sigstore.trustedroot+json;version=0.1"
            or "application/vnd.dev.sigstore.trustedroot.v0.2+json"))
        {
            throw new FormatException("its media type is not one that is known");
        }
        return new TrustedRoot
        {
            Logs = ToLogs(Tlogs),
            Authorities = ToAuthorities(CertificateAuthorities),
            CertificateLogs = ToLogs(Ctlogs),
            TimestampAuthorities = ToAuthorities(TimestampAuthorities),
        };
    }

    /// <summary>Leaves out logs whose keys are of later kinds: what they sign is then not proved.</summary>
    static List<TransparencyLog> ToLogs(LogDocument?[]? logs)
    {
        var read = new List<TransparencyLog>();
        foreach (var log in BoundedList.From(logs, MaxEntries, "logs"))
        {
            try
            {
                read.Add(ToLog(log));
            }
            catch (NotSupportedException)
            {
                continue;
            }
        }
        return read;
    }

    static TransparencyLog ToLog(LogDocument log) => new()
    {
        Name = Uri.TryCreate(log.BaseUrl, UriKind.Absolute, out var url)
            ? $"{url.Authority}{url.AbsolutePath.TrimEnd('/')}"
            : throw new FormatException("a log has no URL"),
        Id = log.LogId.KeyId.Length >= 4 ? log.LogId.KeyId : throw new FormatException("the id of a log is too short"),
        Validity = ToPeriod(log.PublicKey.ValidFor),
        Key = log.PublicKey.KeyDetails.StartsWith("PKIX_", StringComparison.Ordinal)
            ? VerificationKey.FromSubjectPublicKeyInfo(log.PublicKey.RawBytes)
            : throw new NotSupportedException("the key is of an older or later kind"),
    };

    static List<CertificateAuthority> ToAuthorities(AuthorityDocument?[]? authorities) =>
        [.. BoundedList.From(authorities, MaxEntries, "authorities").Select(ToAuthority)];

    static CertificateAuthority ToAuthority(AuthorityDocument authority) => new()
    {
        Chain = BoundedList.From(authority.CertChain.Certificates, MaxChainLength, "certificates")
            is { Count: > 0 } chain
            ? [.. chain.Select(each => X509CertificateLoader.LoadCertificate(each.RawBytes))]
            : throw new FormatException("an authority has no certificates"),
        Validity = ToPeriod(authority.ValidFor),
    };

    static ValidityPeriod ToPeriod(PeriodDocument? period) => period?.Start is { } start
        ? new ValidityPeriod(start, period.End)
        : throw new FormatException("a log or authority does not say from when on it is trusted");

    internal sealed record LogDocument
    {
        public required string BaseUrl { get; init; }
        public required KeyDocument PublicKey { get; init; }
        public required LogIdDocument LogId { get; init; }
    }

    internal sealed record KeyDocument
    {
        public required byte[] RawBytes { get; init; }
        public required string KeyDetails { get; init; }
        public PeriodDocument? ValidFor { get; init; }
    }

    internal sealed record LogIdDocument
    {
        public required byte[] KeyId { get; init; }
    }

    internal sealed record AuthorityDocument
    {
        public required ChainDocument CertChain { get; init; }
        public PeriodDocument? ValidFor { get; init; }
    }

    internal sealed record ChainDocument
    {
        public required CertificateDocument?[] Certificates { get; init; }
    }

    internal sealed record CertificateDocument
    {
        public required byte[] RawBytes { get; init; }
    }

    internal sealed record PeriodDocument
    {
        public DateTimeOffset? Start { get; init; }
        public DateTimeOffset? End { get; init; }
    }
}

[JsonSerializable(typeof(TrustedRootDocument))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 16, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
sealed partial class TrustedRootJson : JsonSerializerContext;
