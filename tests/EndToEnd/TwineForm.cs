using System.Net.Http.Headers;
using System.Text;

namespace EndToEnd;

/// <summary>Uploads in the form that twine sends, where a test needs its hand on the request.</summary>
public static class TwineForm
{
    /// <summary>The form of an upload; a test may change it before it is sent.</summary>
    public static MultipartFormDataContent From(TestWheel wheel) =>
        From(wheel.Project, wheel.Version, "bdist_wheel", wheel.FileName, wheel.Sha256,
            new ByteArrayContent(wheel.Bytes));

    /// <summary>The form of a list of variants.</summary>
    public static MultipartFormDataContent From(string name, string version, string variants) =>
        From(name, version, "variants_json", $"{name}-{version}-variants.json", null,
            new ByteArrayContent(Encoding.UTF8.GetBytes(variants)));

    /// <summary>The form of any file.</summary>
    public static MultipartFormDataContent From(
        string name, string version, string fileType, string fileName, string? sha256, HttpContent content)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent("file_upload"), "\":action\"" },
            { new StringContent("1"), "\"protocol_version\"" },
            { new StringContent("2.1"), "\"metadata_version\"" },
            { new StringContent(name), "\"name\"" },
            { new StringContent(version), "\"version\"" },
            { new StringContent(fileType), "\"filetype\"" },
        };
        if (sha256 is not null)
            form.Add(new StringContent(sha256), "\"sha256_digest\"");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(content, "\"content\"", $"\"{fileName}\"");
        return form;
    }

    /// <summary>Sends a form to a repository, as its publisher.</summary>
    public static Task<HttpResponseMessage> SendAsync(
        PyRepoServer server, string repository, HttpContent form, CancellationToken cancellationToken = default) =>
        SendAsync(server.Http, server.GetUrl(repository), form, Publisher(server, repository), cancellationToken);

    /// <summary>Sends a form to a URL, once.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, Uri url, HttpContent form, AuthenticationHeaderValue credentials,
        CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = form };
        request.Headers.Authorization = credentials;
        return await http.SendAsync(request, cancellationToken);
    }

    /// <summary>The credentials of a repository's publisher.</summary>
    public static AuthenticationHeaderValue Publisher(PyRepoServer server, string repository) =>
        Basic("publisher", server.GetPassword(repository));

    /// <summary>HTTP Basic credentials.</summary>
    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
}
