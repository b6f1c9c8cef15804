using System.Net;
using System.Text.Json.Nodes;
using PyRepo.Testing.Sigstore;

namespace EndToEnd.Serving;

/// <summary>
/// The folder that the operator mounts: <c>resource.yaml</c> and <c>secrets/NAME/KEY</c>, swapped as a whole.
/// </summary>
public sealed class MountedFolderTests
{
    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0");

    [Fact]
    public async Task The_mounted_resource_is_served_at_the_root_with_the_mounted_password()
    {
        using var folder = new TemporaryFolder();
        await SwapAsync(folder, "1", 1, "first");
        await using var server = await PyRepoServer.StartFromAsync(folder.Path, "--root", "team");
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, "first"));
        Assert.Equal(HttpStatusCode.Unauthorized, await UploadAsync(server, "second"));
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("simple/demo/"));
        var before = await ServerStatus.ReadAsync(server);

        await SwapAsync(folder, "2", 2, "second");
        await Eventually.IsAsync(
            "the new password works", HttpStatusCode.OK, async () => await UploadAsync(server, "second"));
        Assert.Equal(HttpStatusCode.Unauthorized, await UploadAsync(server, "first"));
        var after = await ServerStatus.ReadAsync(server);
        // Neither the generation nor what a Secret holds is part of the resource.
        Assert.Equal(before.Hash, after.Hash);
        Assert.Empty(after.BadReferences);
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("simple/demo/"));
    }

    [Fact]
    public async Task A_broken_mounted_resource_leaves_the_last_good_one_in_force()
    {
        using var folder = new TemporaryFolder();
        await SwapAsync(folder, "1", 1, "first");
        await using var server = await PyRepoServer.StartFromAsync(folder.Path, "--root", "team");
        await SwapAsync(folder, "2", 2, "second", "{ uploads: { overwrite: Sometimes } }");
        await Eventually.IsAsync(
            "the problem is told", 1, async () => (await ServerStatus.ReadAsync(server)).Problems.Count);
        Assert.Contains(
            "Sometimes", (await ServerStatus.ReadAsync(server)).Problems[0].Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, "first"));
        await SwapAsync(folder, "3", 3, "third");
        await Eventually.IsAsync(
            "the mended one is in force", HttpStatusCode.OK, async () => await UploadAsync(server, "third"));
        Assert.Empty((await ServerStatus.ReadAsync(server)).Problems);
    }

    [Fact]
    public async Task A_Secret_that_is_not_mounted_is_reported_and_everything_else_works()
    {
        using var folder = new TemporaryFolder();
        await SwapAsync(folder, "1", 1, "first", "{ access: { usersSecretRef: { name: users } } }");
        await using var server = await PyRepoServer.StartFromAsync(folder.Path, "--root", "team");
        var missing = Assert.Single((await ServerStatus.ReadAsync(server)).BadReferences);
        Assert.Contains("users", missing.Message, StringComparison.Ordinal);
        Assert.Equal(("MissingReference", "resource.yaml"), (missing.Reason, missing.Source));
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("simple/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await UploadAsync(server, "first"));
    }

    [Theory]
    [InlineData("Require", "{}", HttpStatusCode.ServiceUnavailable, "The trusted root cannot be read")]
    [InlineData("Require", null, HttpStatusCode.ServiceUnavailable, "root")]
    [InlineData("Report", "{}", HttpStatusCode.OK, "The trusted root cannot be read")]
    public async Task A_trusted_root_that_cannot_be_read_closes_what_demands_attestations_until_it_can(
        string verify, string? root, HttpStatusCode expected, string problem)
    {
        using var folder = new TemporaryFolder();
        using var instance = new SigstoreInstance();
        var attestation = instance.Attest(
            new AttestationRequest { FileName = _wheel.FileName, Sha256 = _wheel.Sha256 });
        var spec = $"{{ attestations: {{ verify: {verify}, trustedRootRef: {{ name: root }} }} }}";
        await SwapAsync(folder, "1", 1, "first", spec, root);
        await using var server = await PyRepoServer.StartFromAsync(folder.Path, "--root", "team");
        Assert.Equal(expected, await UploadAsync(server, "first", attestation));
        var reference = Assert.Single((await ServerStatus.ReadAsync(server)).BadReferences);
        Assert.Contains(problem, reference.Message, StringComparison.Ordinal);

        await SwapAsync(folder, "2", 1, "first", spec, instance.GetTrustedRoot().ToJsonString());
        await Eventually.IsAsync(
            "the root is read", 0, async () => (await ServerStatus.ReadAsync(server)).BadReferences.Count);
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, "first", attestation));
    }

    /// <summary>Puts a new generation in force as kubelet does: behind one symbolic link.</summary>
    static async Task SwapAsync(
        TemporaryFolder folder, string name, int generation, string password, string spec = "{}",
        string? root = null)
    {
        folder.Write($"..{name}/resource.yaml", Manifest.Create("team", spec).Replace(
            "name: team", $"name: team, namespace: packages, uid: u-1, generation: {generation}",
            StringComparison.Ordinal));
        folder.Write($"..{name}/secrets/team-credentials/username", "publisher");
        folder.Write($"..{name}/secrets/team-credentials/password", password);
        if (root is not null)
            folder.Write($"..{name}/configmaps/root/trusted_root.json", root);
        File.CreateSymbolicLink(folder.At("..data_tmp"), $"..{name}");
        // A rename: the link is replaced, and never for a moment absent.
        (await new ProgramRun("mv", "-T", folder.At("..data_tmp"), folder.At("..data")).RunAsync()).MustSucceed();
        foreach (var entry in (string[])["resource.yaml", "secrets", "configmaps"])
        {
            if (!Path.Exists(folder.At(entry)))
                File.CreateSymbolicLink(folder.At(entry), $"..data/{entry}");
        }
    }

    static async Task<HttpStatusCode> UploadAsync(
        PyRepoServer server, string password, JsonObject? attestation = null)
    {
        using var form = TwineForm.From(_wheel);
        if (attestation is not null)
            form.Add(new StringContent($"[{attestation.ToJsonString()}]"), "\"attestations\"");
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = form };
        request.Headers.Authorization = TwineForm.Basic("publisher", password);
        using var answer = await server.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
