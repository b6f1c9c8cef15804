using System.Text.Json;
using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Objects.Digests;

namespace PyRepo.Kubernetes.Tests.Apply;

public sealed class ObjectDigestTests
{
    const string Desired = """{"a":{"b":[{"x":"1"},2]},"selector":{"k":"v"},"t":true}""";

    [Theory]
    [InlineData(Desired, null)]
    [InlineData("""{"more":1,"a":{"b":[{"x":"1","y":0},2.0]},"selector":{"k":"v"},"t":true}""", null)]
    [InlineData("""{"a":{"b":[{"x":"2"},2]},"selector":{"k":"v"},"t":true}""", "a.b[0].x")]
    [InlineData("""{"a":{"b":[{"x":"1"},2,3]},"selector":{"k":"v"},"t":true}""", "a.b")]
    [InlineData("""{"a":{"b":[{"x":"1"},2]},"selector":{"k":"v","l":"w"},"t":true}""", "selector")]
    [InlineData("""{"a":{"b":[{"x":"1"},2]},"selector":{"k":"v"},"t":false}""", "t")]
    [InlineData("""{"a":{"b":[{"x":1},2]},"selector":{"k":"v"},"t":true}""", "a.b[0].x")]
    public void Differences_are_found_without_the_text_of_the_object(string live, string? difference)
    {
        var digest = ObjectDigest.From(Json(live), maxValues: 100);
        Assert.NotNull(digest);
        Assert.Equal(difference, DriftDetector.FirstDifference(Json(Desired), digest));
        Assert.Equal(difference, DriftDetector.FirstDifference(Json(Desired), Json(live)));
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    public void An_object_with_too_many_values_has_no_digest(int maxValues, bool isThere) =>
        Assert.Equal(isThere, ObjectDigest.From(
            Json($"[{string.Join(',', Enumerable.Range(0, 10))}]"), maxValues) is not null);

    static JsonElement Json(string text) => JsonElement.Parse(text);
}
