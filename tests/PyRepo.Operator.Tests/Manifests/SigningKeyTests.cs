using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class SigningKeyTests
{
    static readonly DeclaredResource _resource = YamlObjects.Make("PythonRepository", "team-a");

    [Fact]
    public void A_new_value_of_rotate_makes_a_new_key_once_and_the_one_before_stays_an_hour()
    {
        var first = Existing(SigningKeyManifest.Of(_resource, Scenario.Inputs));
        Assert.Null(Rotation(first, 0, fresh: 1));

        var asked = Asking(first, "one");
        var second = Rotation(asked, 10, fresh: 1)!;
        Assert.Equal([1], second.Data!["current"]);
        Assert.Equal(first.Data!["current"], second.Data["previous"]);
        Assert.Equal("2026-11-20T13:10:00Z", second.Metadata.Annotations![Annotations.PreviousUntil]);

        Assert.Null(Rotation(second, 69, fresh: 2));
        var last = Rotation(second, 70, fresh: 2)!;
        Assert.Equal([1], last.Data!["current"]);
        Assert.DoesNotContain("previous", last.Data.Keys);
        Assert.DoesNotContain(Annotations.PreviousUntil, last.Metadata.Annotations!.Keys);
        Assert.Null(Rotation(last, 700, fresh: 2));
        Assert.Equal([2], Rotation(Asking(last, "two"), 700, fresh: 2)!.Data!["current"]);
    }

    [Fact]
    public void A_second_rotation_within_the_hour_begins_another_and_ends_the_oldest_key()
    {
        var first = Existing(SigningKeyManifest.Of(_resource, Scenario.Inputs));
        var second = Rotation(Asking(first, "one"), 0, fresh: 1)!;
        var third = Rotation(Asking(second, "two"), 30, fresh: 2)!;
        Assert.Equal([2], third.Data!["current"]);
        Assert.Equal([1], third.Data["previous"]);
        Assert.Equal("2026-11-20T13:30:00Z", third.Metadata.Annotations![Annotations.PreviousUntil]);
    }

    [Fact]
    public void A_previous_key_that_no_rotation_made_stays()
    {
        var secret = Existing(SigningKeyManifest.Of(_resource, Scenario.Inputs));
        secret = secret with { Data = new Dictionary<string, byte[]>(secret.Data!) { ["previous"] = [7] } };
        Assert.Null(Rotation(secret, 9000, fresh: 1));
    }

    [Fact]
    public void A_key_that_somebody_removed_is_made_again_with_what_was_asked_for_and_the_previous_one_stays()
    {
        var first = Existing(SigningKeyManifest.Of(_resource, Scenario.Inputs));
        var rotated = Rotation(Asking(first, "one"), 0, fresh: 1)!;
        var damaged = Asking(rotated, "two") with
        {
            Data = new Dictionary<string, byte[]> { ["previous"] = rotated.Data!["previous"] },
        };
        Assert.Null(Rotation(damaged, 1, fresh: 2));
        var repaired = SigningKeyManifest.RepairOf(
            _resource, Scenario.Inputs with { SigningKey = damaged, FreshKey = [3] })!;
        Assert.Equal([3], repaired.Data!["current"]);
        Assert.Equal(rotated.Data["previous"], repaired.Data["previous"]);
        Assert.Equal("two", repaired.Metadata.Annotations![Annotations.Rotated]);
        Assert.Null(Rotation(Asking(Existing(repaired), "two"), 1, fresh: 4));
    }

    [Fact]
    public void A_Secret_of_somebody_else_is_not_rotated()
    {
        var secret = Asking(Existing(SigningKeyManifest.Of(_resource, Scenario.Inputs)), "one");
        Assert.Null(Rotation(secret with { Metadata = secret.Metadata with { Labels = null } }, 0, fresh: 1));
    }

    /// <summary>The Secret after what is due; null: nothing is.</summary>
    static Secret? Rotation(Secret secret, int minutes, byte fresh)
    {
        if (SigningKeyManifest.RotationOf(secret, [fresh], Scenario.Now.AddMinutes(minutes)) is not { } patch)
            return null;
        // Somebody who read the same Secret and writes later is told of a conflict.
        Assert.Equal(secret.Metadata.ResourceVersion, (string?)patch["metadata"]!["resourceVersion"]);
        var data = new Dictionary<string, byte[]>(secret.Data!);
        foreach (var (key, value) in patch["data"]!.AsObject())
        {
            data.Remove(key);
            if (value is not null)
                data[key] = Convert.FromBase64String((string)value!);
        }
        var annotations = new Dictionary<string, string>(
            secret.Metadata.Annotations ?? new Dictionary<string, string>());
        foreach (var (key, value) in patch["metadata"]!["annotations"]!.AsObject())
        {
            annotations.Remove(key);
            if (value is not null)
                annotations[key] = (string)value!;
        }
        return Existing(secret with { Metadata = secret.Metadata with { Annotations = annotations }, Data = data });
    }

    static Secret Existing(Secret secret) =>
        secret with { Metadata = secret.Metadata with { ResourceVersion = Guid.NewGuid().ToString() } };

    static Secret Asking(Secret secret, string value) => secret with
    {
        Metadata = secret.Metadata with
        {
            Annotations = new Dictionary<string, string>(
                secret.Metadata.Annotations ?? new Dictionary<string, string>())
            {
                [Annotations.Rotate] = value,
            },
        },
    };
}
