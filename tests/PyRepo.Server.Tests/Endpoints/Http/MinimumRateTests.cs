using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class MinimumRateTests
{
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    readonly MinimumRate _rate = new(100, _second, slowPeriods: 5);

    [Fact]
    public void A_silent_sender_is_too_slow_after_all_slow_periods()
    {
        Assert.Equal(5 * _second, _rate.Left);
        _rate.Add(0, 3 * _second);
        Assert.Equal(2 * _second, _rate.Left);
        _rate.Add(0, 2 * _second);
        Assert.True(_rate.Left <= TimeSpan.Zero);
    }

    [Fact]
    public void A_burst_buys_no_time_beyond_its_own_period()
    {
        _rate.Add(3_000_000, TimeSpan.Zero);
        Assert.Equal(6 * _second, _rate.Left);
    }

    [Fact]
    public void A_sender_that_keeps_to_the_rate_is_never_too_slow()
    {
        for (var i = 0; i < 100; i++)
            _rate.Add(100, _second);
        Assert.Equal(6 * _second, _rate.Left);
    }

    [Fact]
    public void Half_the_rate_is_too_slow_in_the_end()
    {
        var seconds = 0;
        for (; _rate.Left > TimeSpan.Zero; seconds++)
            _rate.Add(50, _second);
        Assert.Equal(5, seconds);
    }

    [Fact]
    public void A_stall_is_forgiven_when_as_many_fast_periods_follow()
    {
        for (var i = 0; i < 20; i++)
        {
            _rate.Add(100, 4 * _second);
            for (var fast = 0; fast < 4; fast++)
                _rate.Add(100, _second);
        }
        Assert.True(_rate.Left > TimeSpan.Zero);
    }

    [Fact]
    public void Time_that_is_not_spent_waiting_for_the_sender_does_not_count()
    {
        for (var i = 0; i < 100; i++)
            _rate.Add(1, TimeSpan.Zero);
        Assert.Equal(6 * _second, _rate.Left);
    }
}
