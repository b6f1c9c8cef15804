using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>The index behind a proxy.</summary>
public sealed record UpstreamSpec
{
    public static readonly ObjectType<UpstreamSpec> Type = new(fields => new(fields));

    public string Url { get; init; } = "https://pypi.org/simple/";
    public SecretReference? CredentialsSecretRef { get; init; }
    public DataReference? CaBundleRef { get; init; }
    public string? ProxyUrl { get; init; }
    public Duration Timeout { get; init; } = Duration.FromSeconds(30);

    public UpstreamSpec()
    {
    }

    UpstreamSpec(FieldReader fields)
    {
        Url = fields.Default("url", AddressTypes.HttpUrl, Url, "The URL of the index's simple API.");
        CredentialsSecretRef = fields.Optional("credentialsSecretRef", SecretReference.Type,
            "The Secret with the keys username, password and url, the origin that they are sent to and no other; with a "
            + "proxyUrl or caBundleRef it must vouch for these, too.");
        CaBundleRef = fields.Optional("caBundleRef", DataReference.Type,
            "The certificates (PEM) that the index's certificate is checked against, besides the system's; with credentials "
            + "a key of their Secret.");
        ProxyUrl = fields.Optional("proxyUrl", AddressTypes.OptionalHttpUrl,
            "The URL of an HTTP proxy on the way to the index; with credentials their Secret says the same in its key proxyUrl.");
        Timeout = fields.Default("timeout", AmountTypes.PositiveDuration, Timeout,
            "How long the index may take to answer, and to send the next bytes.");
    }
}
