using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Tests.Status;

public sealed class StatusEventsTests
{
    static readonly ResourceStatus _nothing = new();

    [Fact]
    public void The_same_status_tells_nothing()
    {
        var status = Status(("Ready", "False", "ServerCrashes", "x"), ("FilesHeld", "True", "SignsOfAttack", "y"));
        Assert.Empty(StatusEvents.Between(status, status));
    }

    [Fact]
    public void A_fault_is_a_warning_and_its_end_is_not()
    {
        var ready = Status(("Ready", "True", "Ready", "a"));
        var fault = Status(("Ready", "False", "ServerCrashes", "b"));
        Assert.Equal(
            new(EventType.Warning, "ServerCrashes", "Reconcile", "b"),
            Assert.Single(StatusEvents.Between(ready, fault)));
        Assert.Equal(
            new(EventType.Normal, "Ready", "Reconcile", "a"), Assert.Single(StatusEvents.Between(fault, ready)));
    }

    [Fact]
    public void Growth_is_told_when_it_begins_and_when_it_ends()
    {
        Assert.Equal("Growing", Told(("StorageReady", "True", "Ready", ""), ("StorageReady", "True", "Growing", "")));
        Assert.Equal("Grown", Told(("StorageReady", "True", "Growing", ""), ("StorageReady", "True", "Ready", "")));
    }

    [Fact]
    public void An_upstream_that_fails_or_is_back_is_told_and_one_that_answers_first_is_not()
    {
        Assert.Equal(
            "Unreachable",
            Told(("UpstreamReachable", "True", "Reachable", ""), ("UpstreamReachable", "False", "Unreachable", "x")));
        Assert.Equal(
            "Reachable",
            Told(("UpstreamReachable", "False", "Unreachable", "x"), ("UpstreamReachable", "True", "Reachable", "")));
        Assert.Empty(StatusEvents.Between(
            Status(("UpstreamReachable", "Unknown", "NotReportedYet", "")),
            Status(("UpstreamReachable", "True", "Reachable", ""))));
        Assert.Empty(StatusEvents.Between(
            Status(("UpstreamReachable", "False", "Unreachable", "x")), _nothing));
    }

    [Fact]
    public void Other_files_that_are_held_are_told_and_that_none_is()
    {
        Assert.Equal("SignsOfAttack", Told(null, ("FilesHeld", "True", "SignsOfAttack", "A file")));
        Assert.Equal(
            "SignsOfAttack",
            Told(("FilesHeld", "True", "SignsOfAttack", "A file"), ("FilesHeld", "True", "SignsOfAttack", "2 files")));
        Assert.Equal("HoldsEnded", Told(("FilesHeld", "True", "SignsOfAttack", "A file"), null));
    }

    [Fact]
    public void More_downloads_of_the_same_compromised_release_are_no_other_event()
    {
        var one = ("CompromisedFilesServed", "True", "CompromisedFilesServed", "1 download of 1 release: evil 1.0");
        var two = ("CompromisedFilesServed", "True", "CompromisedFilesServed", "2 downloads of 1 release: evil 1.0");
        var other = ("CompromisedFilesServed", "True", "CompromisedFilesServed", "2 downloads of 1 release: evil 2.0");
        Assert.Equal("CompromisedFilesServed", Told(null, one));
        Assert.Empty(StatusEvents.Between(Status(one), Status(two)));
        Assert.Equal("CompromisedFilesServed", Told(two, other));
    }

    static string Told((string, string, string, string)? before, (string, string, string, string)? now) =>
        Assert.Single(StatusEvents.Between(
            before is { } was ? Status(was) : _nothing, now is { } seen ? Status(seen) : _nothing)).Reason;

    static ResourceStatus Status(
        params (string Type, string Status, string Reason, string Message)[] conditions) => new()
        {
            Conditions =
        [
            .. conditions.Select(each => new Condition
            {
                Type = each.Type,
                Status = each.Status,
                Reason = each.Reason,
                Message = each.Message,
            }),
        ],
        };
}
