using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd.Serving.Layouts;

/// <summary>What publishers and maintainers do with a repository whose store an earlier server made.</summary>
public static class LayoutChange
{
    static AuthenticationHeaderValue Publisher { get; } = TwineForm.Basic("publisher", "correct-horse");

    /// <summary>Makes all kinds of changes that the earlier server knows. Returns what is to be served then.</summary>
    public static async Task<ServedContent> MakeAsync(PyRepoServer server, Layout layout, ServedContent served)
    {
        served = await UnyankAsync(server, served);
        served = await AddAsync(server, TestWheel.Create("added", "1.0"), served);
        served = await AddAsync(server, TestWheel.Create("demo", "1.0", seed: 1), served);
        await MustDoAsync(server, HttpMethod.Delete, "projects/demo/files/demo-1.0.tar.gz");
        await MustDoAsync(server, HttpMethod.Post, "projects/demo/releases/1.0/restoration");
        await MustDoAsync(server, HttpMethod.Delete, "projects/demo/files/demo-1.0.tar.gz?purge=true");
        served = served.Without("demo-1.0.tar.gz");
        await MustDoAsync(server, HttpMethod.Put, "projects/demo/releases/2.0/yank", """{ "reason": "too new" }""");
        served = served.With(served.Files.Single(f => f.FileName == "demo-2.0-py3-none-any.whl").Yank("too new"));
        served = await AddByTokensAsync(server, served);
        return layout.HasAttestations ? await AddAttestedAsync(server, served) : served;
    }

    /// <summary>Uploads a file, perhaps in place of another one.</summary>
    public static async Task<ServedContent> AddAsync(PyRepoServer server, TestWheel wheel, ServedContent served)
    {
        Assert.Equal(HttpStatusCode.OK, await server.UploadStatusAsync("team", wheel, Publisher));
        return served.With(ServedFile.From(wheel));
    }

    static async Task<ServedContent> UnyankAsync(PyRepoServer server, ServedContent served)
    {
        var yanked = served.Files.Where(f => f.IsYanked).Select(f => f.Project).ToHashSet();
        foreach (var project in yanked)
            await MustDoAsync(server, HttpMethod.Delete, $"projects/{project}/releases/1.0/yank");
        return served with { Files = [.. served.Files.Select(f => yanked.Contains(f.Project) ? f.Unyank() : f)] };
    }

    static async Task<ServedContent> AddByTokensAsync(PyRepoServer server, ServedContent served)
    {
        var wheel = TestWheel.Create("by-token", "1.0");
        foreach (var token in served.Tokens)
        {
            Assert.Equal(HttpStatusCode.OK, await server.UploadStatusAsync("team", wheel, token.Credentials));
            served = served.With(ServedFile.From(wheel));
        }
        return served;
    }

    static async Task<ServedContent> AddAttestedAsync(PyRepoServer server, ServedContent served)
    {
        var wheel = TestWheel.Create("attested", "1.0");
        var attestation = MadeAttestation.From(wheel.FileName, wheel.Sha256);
        using var form = TwineForm.From(wheel);
        form.Add(new StringContent(new JsonArray(attestation).ToJsonString()), "\"attestations\"");
        using var answer = await TwineForm.SendAsync(server.Http, server.GetUrl("team"), form, Publisher);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var provenance = await ServedContent.ReadProvenanceAsync(server, wheel.FileName);
        Assert.True(JsonNode.DeepEquals(attestation, provenance["attestation_bundles"]![0]!["attestations"]![0]));
        return served.With(ServedFile.From(wheel)) with
        {
            Provenance = served.Provenance.Add(wheel.FileName, provenance),
        };
    }

    static async Task MustDoAsync(PyRepoServer server, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.GetUrl("team"), $"api/v1/{path}"));
        request.Headers.Authorization = Publisher;
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await server.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {answer.ReasonPhrase}");
    }
}
