using Bench.Hostile.Clients;
using Bench.Hostile.Upstream;

namespace Bench.Hostile;

/// <summary>Whom a load attacks, and with how much.</summary>
/// <param name="Round">How often it ran before: its names differ each time.</param>
sealed record LoadContext(ServerUnderTest Server, UpstreamProcess Upstream, LoadSize Size, Pace Pace, int Round)
{
    /// <summary>How long a load lasts at most.</summary>
    public TimeSpan Time => TimeSpan.FromSeconds(Get(full: 30, quick: 5, gentle: 15));

    public int Get(int full, int quick, int gentle) => Size switch
    {
        LoadSize.Full => full,
        LoadSize.Quick => quick,
        _ => gentle,
    };

    /// <summary>A client without credentials that waits for answers as long as the load lasts.</summary>
    public RequestClient Anonymous(bool keepsConnections = true) => new(Server.Packages, Time, keepsConnections);
}
