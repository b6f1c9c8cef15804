using FsCheck;
using FsCheck.Fluent;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Tests.Names;

public sealed class NamePropertyTests
{
    static readonly Arbitrary<string> _texts =
        Gen.Elements("a", "B", "7", "-", "_", ".", "\u0130", "\u212a", " ")
            .ArrayOf().Select(string.Concat).ToArbitrary();

    [Fact]
    public void Normalizing_twice_changes_nothing() => Prop.ForAll(_texts, text =>
        ProjectName.Normalize(ProjectName.Normalize(text)) == ProjectName.Normalize(text)).QuickCheckThrowOnFailure();

    [Fact]
    public void Only_valid_names_are_parsed_and_their_normal_form_is_normalized() => Prop.ForAll(_texts, text =>
    {
        var isName = ProjectName.TryParse(text, out var name);
        return isName == ProjectName.IsValid(text)
            && (!isName || (ProjectName.IsNormalized(name.Value) && name.Value == ProjectName.Normalize(text)));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_name_that_is_normalized_already_is_not_copied()
    {
        var text = string.Concat("foo-", "bar7");
        Assert.Same(text, ProjectName.Normalize(text));
        Assert.True(ProjectName.TryParse(text, out var name));
        Assert.Same(text, name.Value);
    }

    [Fact]
    public void Letters_that_look_alike_do_not_make_two_names_equal() =>
        Assert.NotEqual(ProjectName.Normalize("\u212aivy"), ProjectName.Normalize("kivy"));

    [Fact]
    public void The_default_name_is_empty_and_equal_to_itself() => Assert.Equal("", default(ProjectName).ToString());
}
