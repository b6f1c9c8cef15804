using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Testing;

namespace PyRepo.Kubernetes.Tests.Apply;

public sealed class ExpectationsTests
{
    static readonly ObjectKey _key = new("team", "settings");
    readonly FakeClock _clock = new(DateTimeOffset.UnixEpoch);
    readonly Expectations<ConfigMap> _expectations;

    public ExpectationsTests() => _expectations = new Expectations<ConfigMap>(_clock);

    [Fact]
    public void What_was_created_is_there_before_the_informer_has_it_though_not_for_ever()
    {
        var created = Version("1");
        _expectations.RecordWrite(_key, null, created, _expectations.Removals);
        Assert.Same(created, _expectations.Newest(_key, null));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_expectations.Newest(_key, null));
    }

    [Fact]
    public void What_came_and_went_before_the_response_to_its_creation_is_not_there()
    {
        var before = _expectations.Removals;
        _expectations.Forget(_key);
        _expectations.RecordWrite(_key, null, Version("1"), before);
        Assert.Null(_expectations.Newest(_key, null));
    }

    [Fact]
    public void What_goes_after_the_response_to_its_creation_is_not_there()
    {
        _expectations.RecordWrite(_key, null, Version("1"), _expectations.Removals);
        _expectations.Forget(_key);
        Assert.Null(_expectations.Newest(_key, null));
    }

    [Fact]
    public void A_change_of_what_is_there_is_known_whatever_else_goes_meanwhile()
    {
        var (copy, changed, before) = (Version("1"), Version("2"), _expectations.Removals);
        _expectations.Forget(new ObjectKey("team", "other"));
        _expectations.RecordWrite(_key, copy, changed, before);
        Assert.Same(changed, _expectations.Newest(_key, copy));
    }

    static ConfigMap Version(string version) => new()
    {
        Metadata = new ObjectMeta { Namespace = _key.Namespace, Name = _key.Name, ResourceVersion = version },
    };
}
