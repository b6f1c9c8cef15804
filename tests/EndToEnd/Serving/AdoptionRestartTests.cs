using System.Net;

namespace EndToEnd.Serving;

/// <summary>What people do in a repository's folder, and what must come of it.</summary>
public sealed class AdoptionRestartTests
{
    readonly PyRepoServer _server;
    readonly DroppedFiles _files;

    /// <summary>Begins all of it.</summary>
    public AdoptionRestartTests(PyRepoServer server)
    {
        (_server, _files) = (server, new DroppedFiles(server));
        Dropped = DroppedAsync();
        HalfCopied = HalfCopiedAsync();
        Refused = RefusedAsync();
        Deleted = DeletedAsync();
        ChangedUnderNever = ChangedUnderNeverAsync();
        ChangedUnderAlways = ChangedUnderAlwaysAsync();
        Touched = TouchedAsync();
        TakenAway = TakenAwayAsync();
        Copied = CopiedAsync();
        Moved = MovedAsync();
    }

    public Task Dropped { get; }
    public Task HalfCopied { get; }
    public Task Refused { get; }
    public Task Deleted { get; }
    public Task ChangedUnderNever { get; }
    public Task ChangedUnderAlways { get; }
    public Task Touched { get; }
    public Task TakenAway { get; }
    public Task Copied { get; }
    public Task Moved { get; }

    async Task DroppedAsync()
    {
        TestWheel[] wheels = [.. Enumerable.Range(1, 3).Select(i => TestWheel.Create("dropped", $"{i}.0"))];
        _files.Drop("never", wheels[0]);
        _files.Drop("never", wheels[1], "dropped");
        _files.Drop("never", wheels[2], "a", "b", "c d");
        foreach (var wheel in wheels)
            await _files.UntilServedAsync("never", wheel);
        var file = (await ProjectPage.ReadAsync(_server, "never", "dropped"))!.Find(wheels[0].FileName)!;
        Assert.Equal(HttpStatusCode.OK, await _server.StatusOfAsync(file.Url + ".metadata"));
    }

    async Task HalfCopiedAsync()
    {
        var wheel = TestWheel.Create("half", "1.0", payload: 50_000);
        var path = _files.GetPath("never", wheel);
        File.WriteAllBytes(path, wheel.Bytes[..20_000]);
        await _files.LookedAtAsync("never");
        await _files.LookedAtAsync("never");
        Assert.Empty((await ProjectPage.ReadAsync(_server, "never", "half"))!.Files);
        await using (var rest = new FileStream(path, FileMode.Append))
            await rest.WriteAsync(wheel.Bytes.AsMemory(20_000));
        await _files.UntilServedAsync("never", wheel);
        Assert.DoesNotContain(
            path, (await ServerStatus.ReadAsync(_server))["never"].Refused.Keys, StringComparer.Ordinal);
    }

    async Task RefusedAsync()
    {
        var text = Path.Combine(_files.GetFolder("never"), "notes.txt");
        var wrong = Path.Combine(_files.GetFolder("never"), "wrong-1.0-py3-none-any.whl");
        File.WriteAllText(text, "no distribution");
        File.WriteAllText(wrong, "no ZIP");
        await _files.UntilRefusedAsync("never", "packages/notes.txt");
        await _files.UntilRefusedAsync("never", "packages/wrong-1.0-py3-none-any.whl");
        Assert.True(File.Exists(text) && File.Exists(wrong));
        File.Delete(text);
        await Eventually.IsAsync("it is no longer told", async () =>
            !(await ServerStatus.ReadAsync(_server))["never"].Refused.ContainsKey("packages/notes.txt"));
    }

    async Task DeletedAsync()
    {
        var wheel = TestWheel.Create("deleted", "1.0");
        _files.Drop("never", wheel);
        await _files.UntilServedAsync("never", wheel);
        var publisher = TwineForm.Publisher(_server, "never");
        Assert.Equal(HttpStatusCode.NoContent, await _server.DeletionStatusAsync("never", wheel, publisher));
        Assert.True(File.Exists(_files.GetPath("never", wheel))); // It can be restored.
        _files.Drop("never", wheel);
        await _files.UntilRefusedAsync("never", $"packages/{wheel.FileName}");
        Assert.Empty((await ProjectPage.ReadAsync(_server, "never", "deleted"))!.Files);
        await _files.LookedAtAsync("never");
        Assert.Empty((await ProjectPage.ReadAsync(_server, "never", "deleted"))!.Files);
    }

    async Task ChangedUnderNeverAsync()
    {
        var (wheel, changed) = (TestWheel.Create("changed", "1.0"), TestWheel.Create("changed", "1.0", seed: 1));
        _files.Drop("never", wheel);
        await _files.UntilServedAsync("never", wheel);
        var url = (await ProjectPage.ReadAsync(_server, "never", "changed"))!.Find(wheel.FileName)!.Url;
        _files.Drop("never", changed);
        await NeverWrongAsync(url, wheel);
        await Eventually.IsAsync("it is no longer listed", async () =>
            (await ProjectPage.ReadAsync(_server, "never", "changed"))!.Files.Count == 0);
        Assert.Equal(HttpStatusCode.NotFound, await _server.StatusOfAsync(url.AbsolutePath));
        Assert.Equal(HttpStatusCode.NotFound, await _server.StatusOfAsync($"never/packages/changed/{wheel.FileName}"));
        await _files.UntilRefusedAsync("never", $"packages/{wheel.FileName}");
        _files.Drop("never", wheel);
        await _files.UntilServedAsync("never", wheel);
    }

    async Task ChangedUnderAlwaysAsync()
    {
        var (wheel, changed) = (TestWheel.Create("changed", "1.0"), TestWheel.Create("changed", "1.0", seed: 1));
        _files.Drop("always", wheel);
        await _files.UntilServedAsync("always", wheel);
        var url = (await ProjectPage.ReadAsync(_server, "always", "changed"))!.Find(wheel.FileName)!.Url;
        _files.Drop("always", changed);
        await NeverWrongAsync(url, wheel);
        await _files.UntilServedAsync("always", changed);
        Assert.Equal(HttpStatusCode.NotFound, await _server.StatusOfAsync(url.AbsolutePath));
    }

    async Task TouchedAsync()
    {
        var wheel = TestWheel.Create("touched", "1.0");
        var path = _files.Drop("never", wheel);
        await _files.UntilServedAsync("never", wheel);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-10));
        Assert.True(await _server.ServesAsync("never", wheel));
        await _files.LookedAtAsync("never");
        Assert.True(await _server.ServesAsync("never", wheel));
    }

    async Task TakenAwayAsync()
    {
        var wheel = TestWheel.Create("away", "1.0");
        var path = _files.Drop("never", wheel);
        await _files.UntilServedAsync("never", wheel);
        var url = (await ProjectPage.ReadAsync(_server, "never", "away"))!.Find(wheel.FileName)!.Url;
        File.Delete(path);
        Assert.Equal(HttpStatusCode.NotFound, await _server.StatusOfAsync(url.AbsolutePath));
        await Eventually.IsAsync("it is no longer listed", async () =>
            (await ProjectPage.ReadAsync(_server, "never", "away"))!.Files.Count == 0);
        var other = TestWheel.Create("away", "1.0", seed: 1);
        (await Rejection.OfAsync(_server, "never", UploadParts.From(other)))
            .MustBe(HttpStatusCode.BadRequest, wheel.FileName);
        _files.Drop("never", wheel, "elsewhere");
        await _files.UntilServedAsync("never", wheel);
    }

    async Task CopiedAsync()
    {
        var wheel = TestWheel.Create("copied", "1.0");
        var first = _files.Drop("never", wheel, "first");
        await _files.UntilServedAsync("never", wheel);
        _files.Drop("never", wheel, "second");
        await _files.LookedAtAsync("never");
        File.Delete(first);
        await _files.UntilServedAsync("never", wheel);
    }

    async Task MovedAsync()
    {
        var wheel = TestWheel.Create("moved", "1.0");
        _files.Drop("never", wheel, "from");
        await _files.UntilServedAsync("never", wheel);
        Directory.Move(Path.Combine(_files.GetFolder("never"), "from"), Path.Combine(_files.GetFolder("never"), "to"));
        await _files.UntilServedAsync("never", wheel);
        await _files.LookedAtAsync("never");
        Assert.True(await _server.ServesAsync("never", wheel));
    }

    async Task NeverWrongAsync(Uri url, TestWheel right)
    {
        using var answer = await _server.Http.GetAsync(url);
        if (answer.StatusCode == HttpStatusCode.OK)
            Assert.Equal(right.Bytes, await answer.Content.ReadAsByteArrayAsync());
    }
}
