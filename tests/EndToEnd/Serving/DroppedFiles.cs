namespace EndToEnd.Serving;

/// <summary>Files that a test puts into repositories' folders.</summary>
public sealed class DroppedFiles(PyRepoServer server)
{
    int _markers;

    /// <summary>
    /// Waits until the server has looked at the folder again: it has when it took what was put there last.
    /// </summary>
    public async Task LookedAtAsync(string repository)
    {
        var marker = TestWheel.Create("marker", $"1.{Interlocked.Increment(ref _markers)}");
        Drop(repository, marker, "zzz");
        await UntilServedAsync(repository, marker);
    }

    /// <summary>Waits until it is listed and can be downloaded.</summary>
    public Task UntilServedAsync(string repository, TestWheel wheel) => Eventually.IsAsync(
        $"{wheel.FileName} is served", () => server.ServesAsync(repository, wheel));

    /// <summary>Waits until the status says that it is not adopted.</summary>
    public Task UntilRefusedAsync(string repository, string key) => Eventually.IsAsync(
        $"{key} is refused", async () => (await ServerStatus.ReadAsync(server))[repository].Refused.ContainsKey(key));

    /// <summary>The folder that they are put into.</summary>
    public string GetFolder(string repository) =>
        Directory.CreateDirectory(Path.Combine(server.GetFolder(repository), "packages")).FullName;

    /// <summary>Where a wheel is put.</summary>
    public string GetPath(string repository, TestWheel wheel, params string[] below) => Path.Combine(
        Directory.CreateDirectory(Path.Combine([GetFolder(repository), .. below])).FullName, wheel.FileName);

    /// <summary>Puts a wheel there.</summary>
    public string Drop(string repository, TestWheel wheel, params string[] below)
    {
        var path = GetPath(repository, wheel, below);
        File.WriteAllBytes(path, wheel.Bytes);
        return path;
    }
}
