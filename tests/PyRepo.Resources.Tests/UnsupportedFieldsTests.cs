using PyRepo.Resources.Tests.Fields;

namespace PyRepo.Resources.Tests;

public sealed class UnsupportedFieldsTests
{
    [Fact]
    public void Every_field_of_the_list_is_declared()
    {
        var declared = Described.Kinds.Keys.SelectMany(Described.Fields).Select(field => field.Path).ToHashSet();
        Assert.All(UnsupportedFields.Paths, path => Assert.Contains(path, declared));
    }

    [Fact]
    public void A_field_of_the_list_is_found_wherever_a_resource_sets_it()
    {
        var set = Sample.Read(Sample.Text("all-fields.yaml"));
        Assert.Empty(set.Problems);
        Assert.Equal(
            UnsupportedFields.Paths.Order(StringComparer.Ordinal),
            set.Resources.SelectMany(UnsupportedFields.In).Select(problem => problem.FieldPath).Distinct()
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("spec.retention", true)]
    [InlineData("spec.retention.keepVersions", true)]
    [InlineData("spec.retention[]", true)]
    [InlineData("spec.storage", false)]
    [InlineData("spec.retentions", false)]
    public void A_field_below_an_unsupported_field_has_no_effect_either(string path, bool isCovered) =>
        Assert.Equal(isCovered, UnsupportedFields.Covers("spec.retention", path));
}
