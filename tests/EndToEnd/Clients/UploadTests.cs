using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PyRepo.Testing;

namespace EndToEnd.Clients;

/// <summary>What each client that uploads meets.</summary>
public sealed class UploadTests(UploadServer uploads, ITestOutputHelper output)
    : IClassFixture<UploadServer>, IDisposable
{
    readonly ClientHome _home = new();

    public void Dispose()
    {
        uploads.Server.ShowLog(output);
        _home.Dispose();
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("twine-5.1")]
    [ClientData("twine-4.0")]
    [ClientData("twine-3.8")]
    [ClientData("twine-1.15")]
    [ClientData("uv")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    [ClientData("hatch")]
    [ClientData("flit")]
    [ClientData("flit-3.8")]
    [ClientData("debian/twine", Package = "twine")]
    [ClientData("debian/poetry", Package = "python3-poetry")]
    [ClientData("debian/pdm", Package = "python3-pdm")]
    [ClientData("debian/flit", Package = "flit")]
    public async Task An_uploaded_file_is_listed_immediately_and_unchanged(string client)
    {
        var project = await uploads.PublishedByAsync(client);
        var page = await ProjectPage.ReadAsync(uploads.Server, UploadServer.Ours, project.Name);
        // Older backends write a dash where newer ones write an underscore.
        Assert.Equal(
            project.FileNames.Select(Spelled).Order(StringComparer.Ordinal),
            page!.Files.Select(f => Spelled(f.FileName)).Order(StringComparer.Ordinal));
        var built = Directory.GetFiles(Path.Combine(project.Folder, "dist"))
            .Select(f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))).ToHashSet();
        Assert.All(page.Files, file => Assert.Contains(file.Sha256, built));
    }

    /// <summary>
    /// One client for each backend: flit builds with its own, the others upload what was built before.
    /// </summary>
    [Theory]
    [ClientData("twine")]
    [ClientData("uv")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    [ClientData("flit")]
    [ClientData("flit-3.8")]
    [ClientData("debian/flit", Package = "flit")]
    public async Task Pip_and_uv_install_what_each_build_backend_produces(string client)
    {
        var project = await uploads.PublishedByAsync(client);
        var index = uploads.Server.IndexOf(UploadServer.Ours);
        var (byPip, byUv) = (_home.New("pip"), _home.New("uv"));
        (await _home.RunAsync("pip", "install", "--index-url", $"{index}", "--target", byPip, project.Name))
            .MustSucceed();
        (await _home.RunAsync("uv", "pip", "install", "--index-url", $"{index}", "--target", byUv, project.Name))
            .MustSucceed();
        Assert.Equal("first", await _home.PythonAsync(byPip, $"import {project.Module} as m; print(m.value)"));
        Assert.Equal("first", await _home.PythonAsync(byUv, $"import {project.Module} as m; print(m.value)"));
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("uv")]
    public async Task A_client_that_uploads_to_the_index_URL_shows_the_right_URL(string client)
    {
        var project = await uploads.PublishedByAsync(client);
        var wrong = uploads.ToOurs with { Url = uploads.Server.IndexOf(UploadServer.Ours) };
        (await wrong.RunAsync(client, _home, project))
            .MustFail().MustSay($"Upload to {uploads.Server.GetUrl(UploadServer.Ours)} instead");
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("uv")]
    public async Task A_wheel_with_a_command_in_place_of_Python_is_refused_and_the_client_says_why(string client)
    {
        var wheel = TestWheel.Create("shadows", "1.0", entryPoints: "[console_scripts]\npython3 = shadows:main\n");
        await MustRefuseAsync(
            client, wheel, "The entry point python3 would take the place of python wherever the wheel is installed.");
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("uv")]
    public async Task A_wheel_that_is_not_what_its_RECORD_says_is_refused_and_the_client_says_why(string client)
    {
        var wheel = TestWheel.Create("differs", "1.0", record: "differs/__init__.py,,99\n");
        await MustRefuseAsync(
            client, wheel, "The wheel's RECORD says that differs/__init__.py has 99 bytes, but it has 100.");
    }

    async Task MustRefuseAsync(string client, TestWheel wheel, string because)
    {
        var path = Path.Combine(_home.Folder("dist"), wheel.FileName);
        await File.WriteAllBytesAsync(path, wheel.Bytes);
        string[] upload = client == "uv" ? ["publish", "--publish-url"] : ["upload", "--verbose", "--repository-url"];
        var (url, password, user) = uploads.ToOurs;
        (await _home.RunAsync(client, [.. upload, $"{url}", "-u", user, "-p", password, path]))
            .MustFail().MustSay(because);
    }

    [ClientFact]
    public async Task Attestations_that_twine_finds_next_to_the_files_are_served()
    {
        var wheel = TestWheel.Create("attested", "1.0");
        var path = Path.Combine(_home.Folder("dist"), wheel.FileName);
        await File.WriteAllBytesAsync(path, wheel.Bytes);
        var attestation = MadeAttestation.From(wheel.FileName, wheel.Sha256);
        await File.WriteAllTextAsync($"{path}.publish.attestation", attestation.ToJsonString());
        (await _home.RunAsync(
            "twine", "upload", "--attestations", "--repository-url", $"{uploads.ToOurs.Url}",
            "-u", uploads.ToOurs.User, "-p", uploads.ToOurs.Password, path, $"{path}.publish.attestation"))
            .MustSucceed();
        var document = JsonNode.Parse(await uploads.Server.Http.GetStringAsync(new Uri(
            uploads.Server.GetUrl(UploadServer.Ours), $"integrity/attested/1.0/{wheel.FileName}/provenance")))!;
        Assert.True(JsonNode.DeepEquals(
            attestation, document["attestation_bundles"]![0]!["attestations"]![0]));
    }

    [ClientFact]
    public async Task Pip_that_installs_from_the_upload_URL_is_redirected_to_the_index()
    {
        var project = await uploads.PublishedByAsync("twine");
        var target = _home.New("base");
        (await _home.RunAsync(
            "pip", "install", "--index-url", $"{uploads.Server.GetUrl(UploadServer.Ours)}", "--target", target,
            project.Name)).MustSucceed();
        Assert.Equal("first", await _home.PythonAsync(target, $"import {project.Module} as m; print(m.value)"));
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("twine-5.1")]
    [ClientData("twine-4.0")]
    [ClientData("twine-3.8")]
    [ClientData("twine-1.15")]
    [ClientData("uv")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    [ClientData("hatch")]
    [ClientData("flit")]
    [ClientData("flit-3.8")]
    [ClientData("debian/twine", Package = "twine")]
    [ClientData("debian/poetry", Package = "python3-poetry")]
    [ClientData("debian/pdm", Package = "python3-pdm")]
    [ClientData("debian/flit", Package = "flit")]
    public async Task Uploading_the_same_files_again_succeeds(string client)
    {
        var project = await uploads.PublishedByAsync(client);
        (await uploads.ToOurs.RunAsync(client, _home, project)).MustSucceed();
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("twine-5.1")]
    [ClientData("twine-4.0")]
    [ClientData("twine-3.8")]
    [ClientData("twine-1.15")]
    [ClientData("uv")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    [ClientData("flit")]
    [ClientData("flit-3.8")]
    [ClientData("debian/twine", Package = "twine")]
    [ClientData("debian/poetry", Package = "python3-poetry")]
    [ClientData("debian/pdm", Package = "python3-pdm")]
    [ClientData("debian/flit", Package = "flit")]
    public async Task Other_bytes_under_the_same_name_fail_and_the_client_says_that_the_file_exists(string client)
    {
        var project = await uploads.PublishedByAsync(client);
        var changed = await uploads.ChangedOfAsync(client);
        (await uploads.ToOurs.RunAsync(client, _home, changed))
            .MustFail().MustSay("File already exists: '" + project.Module + "-1.0");
    }

    [Theory]
    [ClientData("twine-5.1")]
    [ClientData("twine-4.0")]
    [ClientData("twine-3.8")]
    [ClientData("twine-1.15")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    [ClientData("debian/twine", Package = "twine")]
    [ClientData("debian/poetry", Package = "python3-poetry")]
    public async Task A_client_with_skip_existing_continues_after_a_file_with_other_bytes(string client)
    {
        await uploads.PublishedByAsync(client);
        var changed = await uploads.ChangedOfAsync(client);
        (await (uploads.ToOurs with { SkipExisting = true }).RunAsync(client, _home, changed)).MustSucceed();
    }

    [ClientFact]
    public async Task Hatch_sees_on_the_page_which_files_exist_and_skips_them()
    {
        await uploads.PublishedByAsync("hatch");
        var changed = await uploads.ChangedOfAsync("hatch");
        (await uploads.ToOurs.RunAsync("hatch", _home, changed)).MustSucceed()
            .MustSay("by_hatch-1.0-py3-none-any.whl ... already exists").MustSay(
                "by_hatch-1.0.tar.gz ... already exists");
    }

    [ClientFact]
    public async Task Uv_compares_with_the_page_that_it_is_given_to_check()
    {
        var project = await uploads.PublishedByAsync("uv");
        var (url, password) = (uploads.ToOurs.Url, uploads.ToOurs.Password);
        string[] publish =
        [
            "publish", "--publish-url", $"{url}", "-u", "publisher", "-p", password,
            "--check-url", $"{uploads.Server.IndexOf(UploadServer.Ours)}",
        ];
        (await _home.RunAsync("uv", [.. publish, .. project.Files])).MustSucceed()
            .MustSay("by_uv-1.0-py3-none-any.whl already exists, skipping").MustNotSay("Uploading");
        var changed = await uploads.ChangedOfAsync("uv");
        (await _home.RunAsync("uv", [.. publish, .. changed.Files])).MustFail()
            .MustSay("Local file and index file do not match for `by_uv-1.0-py3-none-any.whl`");
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("twine-5.1")]
    [ClientData("twine-4.0")]
    [ClientData("twine-3.8")]
    [ClientData("twine-1.15")]
    [ClientData("uv")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    [ClientData("hatch")]
    [ClientData("flit")]
    [ClientData("flit-3.8")]
    [ClientData("debian/twine", Package = "twine")]
    [ClientData("debian/poetry", Package = "python3-poetry")]
    [ClientData("debian/pdm", Package = "python3-pdm")]
    [ClientData("debian/flit", Package = "flit")]
    public async Task A_client_reports_a_wrong_password(string client)
    {
        var project = await uploads.PublishedByAsync(client);
        var wrong = new Publishing(uploads.Server.GetUrl(UploadServer.Closed), "mistaken");
        // Not "wrong": hatch writes *** in place of the password, wherever it finds it.
        (await wrong.RunAsync(client, _home, project)).MustFail().MustSay("The user or the password is wrong");
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("twine-5.1")]
    [ClientData("twine-4.0")]
    [ClientData("twine-3.8")]
    [ClientData("twine-1.15")]
    [ClientData("uv")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    [ClientData("hatch")]
    [ClientData("flit")]
    [ClientData("flit-3.8")]
    [ClientData("debian/twine", Package = "twine")]
    [ClientData("debian/poetry", Package = "python3-poetry")]
    [ClientData("debian/pdm", Package = "python3-pdm")]
    [ClientData("debian/flit", Package = "flit")]
    public async Task A_password_with_a_colon_and_an_accent_is_understood(string client)
    {
        var project = await uploads.PublishedByAsync(client);
        var publishing = new Publishing(uploads.Server.GetUrl(UploadServer.Guarded), UploadServer.HardPassword);
        (await publishing.RunAsync(client, _home, project)).MustSucceed();
        var page = await ProjectPage.ReadAsync(uploads.Server, UploadServer.Guarded, project.Name);
        Assert.Equal(2, page!.Files.Count);
    }

    static string Spelled(string fileName) => fileName.Replace('-', '_');
}
