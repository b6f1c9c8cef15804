using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>The index behind a proxy.</summary>
public sealed record UpstreamSpec
{
    public static readonly ObjectType<UpstreamSpec> Type = new(fields => new(fields));

    public string Url { get; init; } = "https://pypi.org/simple/";
    public UpstreamLayout? Layout { get; init; }
    public string? Probe { get; init; }
    public UpstreamRedirects Redirects { get; init; } = UpstreamRedirects.Refuse;
    public SecretReference? CredentialsSecretRef { get; init; }
    public DataReference? CaBundleRef { get; init; }
    public string? ProxyUrl { get; init; }
    public Duration Timeout { get; init; } = Duration.FromSeconds(30);

    public UpstreamSpec()
    {
    }

    UpstreamSpec(FieldReader fields)
    {
        Url = fields.Default("url", AddressTypes.HttpUrl, Url,
            "The URL of the index's Simple API, or of its find-links page.");
        Layout = fields.Optional("layout", new EnumType<UpstreamLayout>(),
            "The form of the index. SimpleApi: a page for each project below it. FindLinks: one page with links to the "
            + "files of all projects, such as a folder that a web server lists. If omitted, FindLinks if the url ends "
            + "with .html or .htm, otherwise SimpleApi.");
        Probe = fields.Optional("probe", NameTypes.OptionalProject,
            "A project that the index has, and that needs the credentials if there are any. While the index answers "
            + "404 or 403 for others, this project's page proves that it works, so that a group may ask its next "
            + "member. If omitted, a page that it sent before or, for new names, its list of projects proves it.");
        Redirects = fields.Default("redirects", new EnumType<UpstreamRedirects>(), Redirects,
            "Whether a project's page may be redirected to another index. Refuse: a page that is not below this URL is "
            + "not this index's, unless the list of projects is redirected there, too. Follow: it is shown as this "
            + "index's. Files may be anywhere.");
        CredentialsSecretRef = fields.Optional("credentialsSecretRef", SecretReference.Type,
            "The Secret with the keys username, password and url. The credentials are sent only to the origin of that "
            + "url. If proxyUrl or caBundleRef is set, the Secret must confirm it.");
        CaBundleRef = fields.Optional("caBundleRef", DataReference.Type,
            "CA certificates (PEM) that are trusted in addition to the system's. With credentials, this must be a key "
            + "of their Secret.");
        ProxyUrl = fields.Optional("proxyUrl", AddressTypes.OptionalHttpUrl,
            "The URL of an HTTP proxy for the index. With credentials, their Secret must have the same URL in its key "
            + "proxyUrl.");
        Timeout = fields.Default("timeout", AmountTypes.PositiveDuration, Timeout,
            "How long to wait for the index to respond, and for each following read.");
    }
}

/// <summary>Where an index has the links to the files of a project.</summary>
public enum UpstreamLayout
{
    /// <summary>On a page of the project's own.</summary>
    SimpleApi,

    /// <summary>On one page of all projects.</summary>
    FindLinks,
}

/// <summary>Whether the page of a project may come from another index.</summary>
public enum UpstreamRedirects
{
    /// <summary>It is not the page of this index.</summary>
    Refuse,

    /// <summary>It counts as a page of this index.</summary>
    Follow,
}
