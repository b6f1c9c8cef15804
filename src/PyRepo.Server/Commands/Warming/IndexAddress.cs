using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Egress;

namespace PyRepo.Server.Commands.Warming;

/// <summary>Where an index is, and who asks it.</summary>
/// <param name="Url">The URL of the list of projects, without credentials, with a slash at the end.</param>
sealed partial record IndexAddress(Uri Url)
{
    /// <summary>What the index is told about the caller, if anything. No other origin may see it.</summary>
    public AuthenticationHeaderValue? Authorization { get; private init; }

    /// <summary>
    /// Reads a URL as <c>pip --index-url</c> and <c>uv --default-index</c> take it: with a user and a password, if the
    /// index needs them, and with <c>NAME=</c> before it.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IndexAddress? index)
    {
        index = null;
        if (!Uri.TryCreate(NameOfIndex.Replace(text.Trim(), ""), UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https"))
        {
            return false;
        }
        var bare = new UriBuilder(url) { UserName = "", Password = "", Fragment = "", Query = "" };
        if (!bare.Path.EndsWith('/'))
            bare.Path += "/";
        index = new IndexAddress(bare.Uri);
        if (url.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password])
            index = index.As(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password.FirstOrDefault("")));
        return true;
    }

    /// <summary>The same index, asked by somebody.</summary>
    public IndexAddress As(string user, string password) => this with
    {
        Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))),
    };

    /// <summary>The URL of a project's page.</summary>
    public Uri PageOf(ProjectName project) => new(Url, $"{project.Value}/");

    /// <summary>Whether a URL has the origin of the index.</summary>
    public bool IsOwn(Uri url) => UpstreamSettings.SameOrigin(Url, url);

    /// <summary>The URL, which has no password.</summary>
    public override string ToString() => Url.AbsoluteUri;

    [GeneratedRegex("^[A-Za-z0-9_.-]+=(?=https?:)", RegexOptions.CultureInvariant)]
    static partial Regex NameOfIndex { get; }
}
