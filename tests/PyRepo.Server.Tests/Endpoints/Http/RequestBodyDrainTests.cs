using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class RequestBodyDrainTests
{
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    readonly SteppedClock _clock = new();
    readonly RequestBodyDrain _drain;

    public RequestBodyDrainTests() => _drain = new RequestBodyDrain(_clock);

    [Fact]
    public async Task A_body_that_stalls_after_a_burst_is_abandoned_after_seconds()
    {
        var began = _clock.GetTimestamp();
        var body = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await body.Writer.WriteAsync(new byte[3 << 20]);
        var draining = _drain.DiscardAsync(GetContext(body), long.MaxValue);
        await AdvanceUntilEndAsync(draining);
        Assert.InRange(_clock.GetElapsedTime(began), 5 * _second, 7 * _second);
    }

    [Fact]
    public async Task A_body_that_keeps_to_the_rate_is_read_to_its_end()
    {
        // A write ends when the bytes have been read.
        var body = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var draining = _drain.DiscardAsync(GetContext(body), long.MaxValue);
        for (var i = 0; i < 100; i++)
        {
            await body.Writer.WriteAsync(new byte[ServerLimits.MinDrainRate]);
            _clock.Advance(_second);
        }
        Assert.False(draining.IsCompleted);
        await body.Writer.CompleteAsync();
        await draining;
    }

    [Fact]
    public async Task Only_some_bodies_are_read_at_once_and_others_get_their_response_at_once()
    {
        var bodies = Enumerable.Range(0, ServerLimits.MaxConcurrentDrains).Select(_ => new Pipe()).ToArray();
        var draining = bodies.Select(body => _drain.DiscardAsync(GetContext(body), long.MaxValue)).ToArray();
        await _drain.DiscardAsync(GetContext(new Pipe()), long.MaxValue);
        Assert.DoesNotContain(draining, one => one.IsCompleted);
        await bodies[0].Writer.CompleteAsync();
        await draining[0];
        var next = _drain.DiscardAsync(GetContext(new Pipe()), long.MaxValue);
        Assert.False(next.IsCompleted);
    }

    async Task AdvanceUntilEndAsync(Task draining)
    {
        while (!draining.IsCompleted)
        {
            if (await Task.WhenAny(draining, _clock.AdvanceToTimerAsync(TimeSpan.FromHours(1))) == draining)
                return;
        }
    }

    static DefaultHttpContext GetContext(Pipe body)
    {
        var context = RequestFor.Context();
        context.Request.Body = body.Reader.AsStream();
        return context;
    }
}
