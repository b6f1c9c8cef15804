using System.Text.Json;
using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Objects.Digests;

namespace PyRepo.Kubernetes.Tests.Apply;

public sealed class DriftDetectorTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":[{"x":1}]}""", """{"a":[{"x":1,"protocol":"TCP"}]}""")]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":{}}""", """{"a":{"b":1}}""")]
    public void Desired_values_may_be_a_subset_of_the_actual_ones(string desired, string live) =>
        Assert.Null(DriftDetector.FirstDifference(Json(desired), Json(live)));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", "a")]
    [InlineData("""{"a":1}""", "{}", "a")]
    [InlineData("""{"a":{}}""", "{}", "a")]
    [InlineData("""{"a":{"b":"x","c":true}}""", """{"a":{"b":"x","c":false}}""", "a.c")]
    [InlineData("""{"a":[{"x":1},{"x":2}]}""", """{"a":[{"x":1},{"x":3}]}""", "a[1].x")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", "a[0]")]
    [InlineData("""{"a":[1]}""", """{"a":[1,2]}""", "a")]
    [InlineData("""{"a":"1"}""", """{"a":1}""", "a")]
    [InlineData("""{"s":{"selector":{"a":"1"}}}""", """{"s":{"selector":{"a":"1","b":"2"}}}""", "s.selector")]
    [InlineData("""{"podSelector":{}}""", """{"podSelector":{"matchLabels":{"b":"2"}}}""", "podSelector")]
    public void The_first_field_that_differs_is_named(string desired, string live, string path) =>
        Assert.Equal(path, DriftDetector.FirstDifference(Json(desired), Json(live)));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2,"b":1}""", """{"a":2,"b":5}""", true)]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":3}""", false)]
    [InlineData("""{"a":1}""", "{}", "{}", true)]
    [InlineData("""{"a":1}""", "{}", """{"a":1}""", false)]
    [InlineData("""{"a":{"b":[1]}}""", """{"a":{"b":[1,2],"c":1}}""", """{"a":{"b":[1,2],"c":2}}""", true)]
    [InlineData("""{"a":{"b":[1]}}""", """{"a":{"b":[1,2]}}""", """{"a":{"b":[1]}}""", false)]
    [InlineData("""{"selector":{"a":1}}""", """{"selector":{"a":1}}""", """{"selector":{"a":1,"b":2}}""", false)]
    public void Two_objects_are_alike_if_all_desired_fields_are_equal(
        string desired, string one, string other, bool alike) =>
        Assert.Equal(alike, DriftDetector.AreEquivalent(Json(desired), Json(one), Json(other)));

    [Fact]
    public void The_hash_depends_on_the_order_of_items_but_not_of_properties()
    {
        var hash = CanonicalJson.Hash(Json("""{"a":{"x":1,"y":[1,2]},"b":"ü"}"""));
        Assert.Equal(16, hash.Length);
        Assert.Equal(hash, CanonicalJson.Hash(Json("""{"b":"ü","a":{"y":[1,2],"x":1}}""")));
        Assert.NotEqual(hash, CanonicalJson.Hash(Json("""{"b":"ü","a":{"y":[2,1],"x":1}}""")));
    }

    static JsonElement Json(string text) => JsonElement.Parse(text);
}
