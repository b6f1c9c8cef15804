namespace EndToEnd.Serving;

/// <summary>
/// The server of <see cref="FileTests"/>, with a file that is sent in one piece and one that is sent in many.
/// </summary>
public sealed class FilesServer() : RunningServer(Manifest.Create("team"))
{
    /// <summary>A wheel of some hundred bytes.</summary>
    public TestWheel Small { get; } = TestWheel.Create("small", "1.0");

    /// <summary>A wheel of three megabytes.</summary>
    public TestWheel Large { get; } = TestWheel.Create("large", "1.0", payload: 3_000_000);

    /// <summary>Uploads a wheel and finds it on its page.</summary>
    public async Task<PageFile> FindAsync(TestWheel wheel)
    {
        await Server.MustTakeAsync("team", wheel);
        return (await ProjectPage.ReadAsync(Server, "team", wheel.Project))!.Find(wheel.FileName)!;
    }
}
