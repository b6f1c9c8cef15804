using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace PyRepo.Testing.Sigstore;

/// <summary>What is attested, and how. What is changed is wrong from the start: all that follows signs it in earnest.
/// </summary>
public sealed record AttestationRequest
{
    /// <summary>The file's name.</summary>
    public required string FileName { get; init; }

    /// <summary>The file's SHA-256 in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>When it is signed.</summary>
    public DateTimeOffset Time { get; init; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Changes the statement before it is signed.</summary>
    public Action<JsonObject> Statement { get; init; } = _ => { };

    /// <summary>The type of the payload, which an attestation of PEP 740 does not tell, but a bundle does.</summary>
    public string PayloadType { get; init; } = "application/vnd.in-toto+json";

    /// <summary>Makes the bytes that are signed of those that should be.</summary>
    public Func<byte[], byte[]> Signed { get; init; } = bytes => bytes;

    /// <summary>Who issues the certificate; the instance's own authority if null.</summary>
    public CertificateIssuer? Issuer { get; init; }

    /// <summary>The certificate's validity, from the time on.</summary>
    public (TimeSpan From, TimeSpan To) Validity { get; init; } = (TimeSpan.Zero, TimeSpan.FromMinutes(10));

    /// <summary>What the certificate's key is for; null if it does not say.</summary>
    public X509KeyUsageFlags? KeyUsage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    /// <summary>What it is for in detail; null if it does not say.</summary>
    public string? Purpose { get; init; } = "1.3.6.1.5.5.7.3.3";

    /// <summary>The subject alternative name: a URI, or an email address.</summary>
    public string Subject { get; init; } = "https://github.com/acme/lib/.github/workflows/release.yml@refs/tags/v1";

    /// <summary>Fulcio's extensions by their numbers.</summary>
    public IReadOnlyDictionary<int, string> Claims { get; init; } = GitHub("acme/lib", "release.yml");

    /// <summary>The key that promises the certificate log's entry; the log's own if null.</summary>
    public ECDsa? CertificateLogKey { get; init; }

    /// <summary>Changes the promise's signed bytes, or leaves the promise out by returning null.</summary>
    public Func<byte[], byte[]?> CertificateTimestamp { get; init; } = bytes => bytes;

    /// <summary>Whether Rekor v2 logs it, with a timestamp, rather than v1.</summary>
    public bool IsSecondRekor { get; init; }

    /// <summary>Changes the entry before it is logged.</summary>
    public Action<JsonObject> Entry { get; init; } = _ => { };

    /// <summary>How the log lies.</summary>
    public LogFaults Log { get; init; } = new();

    /// <summary>Whether an authority gives a timestamp; as the log needs it if null.</summary>
    public bool? HasTimestamp { get; init; }

    /// <summary>The authority of the timestamp; the instance's own if null.</summary>
    public TimestampIssuer? Timestamps { get; init; }

    /// <summary>Changes what is timestamped.</summary>
    public Func<byte[], byte[]> Timestamped { get; init; } = bytes => bytes;

    /// <summary>Each repository has a number of its own.</summary>
    static string GetId(string repository) =>
        $"{BitConverter.ToUInt32(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(repository)))}";

    /// <summary>What GitHub's tokens say of a workflow.</summary>
    public static Dictionary<int, string> GitHub(string repository, string workflow, string? environment = null)
    {
        var claims = new Dictionary<int, string>
        {
            [8] = "https://token.actions.githubusercontent.com",
            [12] = $"https://github.com/{repository}",
            [13] = "0123456789abcdef0123456789abcdef01234567",
            [14] = "refs/tags/v1",
            [15] = GetId(repository),
            [18] = $"https://github.com/{repository}/.github/workflows/{workflow}@refs/tags/v1",
            [21] = $"https://github.com/{repository}/actions/runs/1/attempts/1",
        };
        if (environment is not null)
            claims[23] = environment;
        return claims;
    }
}
