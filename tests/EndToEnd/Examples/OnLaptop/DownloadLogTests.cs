using EndToEnd.Clients;

namespace EndToEnd.Examples.OnLaptop;

/// <summary>The example <c>download-log</c>.</summary>
[Example("download-log")]
public sealed class DownloadLogTests
{
    [ClientFact]
    public async Task An_auditor_learns_who_has_what_an_advisory_names()
    {
        await using var example = new Example("download-log");
        await example.RunAsync();
    }
}
