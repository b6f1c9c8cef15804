using System.Globalization;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class AcknowledgedWritesTests
{
    static readonly ProjectName _project = Name("demo");

    readonly FakeClock _clock = new();
    readonly AcknowledgedWrites _writes;

    public AcknowledgedWritesTests() => _writes = new(_clock);

    [Fact]
    public void A_write_is_remembered_for_a_while()
    {
        var write = Write(_project, 1);
        _writes.Add(write);
        Assert.Equal([write], _writes.Of(_project));
        _clock.Advance(TimeSpan.FromMinutes(16));
        _writes.Add(Write(Name("other"), 1));
        Assert.Empty(_writes.Of(_project));
    }

    [Fact]
    public void A_write_of_more_events_than_are_remembered_is_none_to_remember()
    {
        _writes.Add(Write(_project, 1));
        _writes.Add(Write(_project, AcknowledgedWrites.MaxEvents + 1));
        Assert.Empty(_writes.Of(_project));
        var next = Write(_project, 1);
        _writes.Add(next);
        Assert.Equal([next], _writes.Of(_project));
    }

    [Fact]
    public void Only_as_many_events_are_remembered_as_fit()
    {
        for (var i = 0; i <= AcknowledgedWrites.MaxEvents; i++)
            _writes.Add(Write(Name($"demo-{i}"), 1));
        Assert.Empty(_writes.Of(Name("demo-0")));
        Assert.Single(_writes.Of(Name("demo-1")));
    }

    [Fact]
    public void A_lost_write_is_taken_once()
    {
        var write = Write(_project, 2);
        _writes.Add(write);
        Assert.Equal([write], _writes.Take(_project, [write]));
        Assert.Empty(_writes.Take(_project, [write]));
    }

    static ProjectName Name(string text) =>
        ProjectName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));

    static AcknowledgedWrite Write(ProjectName project, int events) => new(project,
    [
        .. Enumerable.Range(1, events).Select(serial => new ProjectEvent
        {
            Event = ProjectEventKind.Status,
            Serial = serial,
            WriteId = serial == 1 ? Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) : null,
            At = DateTimeOffset.UnixEpoch,
            By = "alice",
        }),
    ]);
}
