using System.Net;

namespace EndToEnd.Crashes;

/// <summary>Copies a repository's folder while it is in use, as docs/storage.md says, and serves the copy.</summary>
[Collection(nameof(Alone))]
public sealed class BackupTests
{
    const string Name = "copied";

    const string Manifest = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: copied }
        """;

    [Fact]
    public async Task A_copy_made_while_files_are_uploaded_has_all_earlier_ones_and_serves_what_it_lists()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest);
        var before = Enumerable.Range(0, 10).Select(i => TestWheel.Create("before", $"{i}.0")).ToList();
        foreach (var wheel in before)
            await UploadAsync(server, wheel);
        using var copied = new CancellationTokenSource();
        var uploading = UploadUntilAsync(server, copied.Token);
        using var backup = new TemporaryFolder();
        var folder = backup.Folder("copied");
        await CopyAsync(server.GetFolder(Name), folder);
        await copied.CancelAsync();
        var later = await uploading;

        await using var restored = await PyRepoServer.LaunchOnAsync(
            Manifest, data => Directory.Move(folder, $"{data}/{Name}"));
        await Eventually.IsAsync("the copy is ready", restored.IsReadyAsync);
        foreach (var wheel in before)
            Assert.Equal(wheel.Bytes, await ReadAsync(restored, wheel));
        foreach (var wheel in later)
            Assert.Contains(await ReadAsync(restored, wheel), (byte[]?[])[wheel.Bytes, null]);
        await UploadAsync(restored, TestWheel.Create("after", "1.0"));
    }

    /// <summary>As docs/storage.md says: records first, so that the copy has the bytes that they name.</summary>
    static async Task CopyAsync(string from, string to)
    {
        foreach (var what in (string[])["projects", "packages", "format.json"])
            (await new ProgramRun("cp", "-a", $"{from}/{what}", to).RunAsync()).MustSucceed();
    }

    static async Task<List<TestWheel>> UploadUntilAsync(PyRepoServer server, CancellationToken copied)
    {
        var uploaded = new List<TestWheel>();
        for (var i = 0; i == 0 || !copied.IsCancellationRequested; i++)
        {
            uploaded.Add(TestWheel.Create($"meanwhile-{i % 5}", $"{i}.0"));
            await UploadAsync(server, uploaded[^1]);
        }
        return uploaded;
    }

    static async Task UploadAsync(PyRepoServer server, TestWheel wheel)
    {
        using var answer = await TwineForm.SendAsync(server, Name, TwineForm.From(wheel));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Reads a file if it is listed.</summary>
    static async Task<byte[]?> ReadAsync(PyRepoServer server, TestWheel wheel) =>
        (await ProjectPage.ReadAsync(server, Name, wheel.Project))?.Find(wheel.FileName) is { } file
            ? await server.Http.GetByteArrayAsync(file.Url)
            : null;
}
