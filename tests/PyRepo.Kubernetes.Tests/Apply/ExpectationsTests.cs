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

    bool _isThere;

    public ExpectationsTests() => _expectations = new Expectations<ConfigMap>(_clock, _ => _isThere);

    [Fact]
    public void A_created_object_exists_before_the_informer_sees_it_but_not_for_ever()
    {
        var created = Version("1");
        _expectations.RecordWrite(_key, null, created, _expectations.Removals);
        Assert.Same(created, _expectations.Newest(_key, null));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_expectations.Newest(_key, null));
    }

    [Fact]
    public void An_object_deleted_before_the_response_to_its_creation_does_not_exist()
    {
        var before = _expectations.Removals;
        _expectations.Forget(_key);
        _expectations.RecordWrite(_key, null, Version("1"), before);
        Assert.Null(_expectations.Newest(_key, null));
    }

    [Fact]
    public void An_object_deleted_after_the_response_to_its_creation_does_not_exist()
    {
        _expectations.RecordWrite(_key, null, Version("1"), _expectations.Removals);
        _expectations.Forget(_key);
        Assert.Null(_expectations.Newest(_key, null));
    }

    [Fact]
    public void A_change_of_an_object_is_known_even_if_others_are_deleted_meanwhile()
    {
        _isThere = true;
        var (copy, changed, before) = (Version("1"), Version("2"), _expectations.Removals);
        _expectations.Forget(new ObjectKey("team", "other"));
        _expectations.RecordWrite(_key, copy, changed, before);
        Assert.Same(changed, _expectations.Newest(_key, copy));
    }

    [Fact]
    public void An_object_whose_deletion_the_informer_saw_before_the_response_is_forgotten()
    {
        var before = _expectations.Removals;
        _expectations.Forget(_key);
        _expectations.RecordDeletion(_key, "uid");
        _expectations.RecordWrite(_key, Version("1"), Version("2"), before);
        _expectations.RecordOutcome(_key, "hash", default, before);
        Assert.Equal(0, _expectations.Count);
    }

    [Fact]
    public void A_deletion_is_remembered_until_the_informer_sees_it()
    {
        _isThere = true;
        _expectations.RecordDeletion(_key, "uid");
        Assert.Equal(1, _expectations.Count);
        _isThere = false;
        _expectations.Forget(_key);
        Assert.Equal(0, _expectations.Count);
    }

    static ConfigMap Version(string version) => new()
    {
        Metadata = new ObjectMeta { Namespace = _key.Namespace, Name = _key.Name, ResourceVersion = version },
    };
}
