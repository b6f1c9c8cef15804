using PyRepo.Kubernetes.Client;
using PyRepo.Testing;

namespace PyRepo.Kubernetes.Tests.Client;

public sealed class ServerClockTests
{
    [Fact]
    public void Setting_the_local_clock_does_not_change_the_server_time()
    {
        var clock = new FakeClock();
        var server = new ServerClock(clock);
        Assert.Equal(clock.GetUtcNow(), server.Now);
        var date = new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero);
        server.Note(date);
        clock.Set(date.AddYears(10));
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(date.AddSeconds(7), server.Now);
        server.Note(null);
        Assert.Equal(date.AddSeconds(7), server.Now);
    }
}
