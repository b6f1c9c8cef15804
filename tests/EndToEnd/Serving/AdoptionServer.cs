namespace EndToEnd.Serving;

/// <summary>The server of <see cref="AdoptionTests"/>, and all that is done in its folders at the same time.</summary>
public sealed class AdoptionServer() : RunningServer(Manifest.All(
    Manifest.Create("never"), Manifest.Create("always", "{ uploads: { overwrite: Always } }")))
{
    AdoptionRestartTests? _runs;

    /// <summary>What goes on. The server looks at a folder every few seconds: waiting for it once is enough.</summary>
    public AdoptionRestartTests Runs => _runs ??= new AdoptionRestartTests(Server);
}
