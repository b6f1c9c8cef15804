using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Tests.Versions;

public sealed class VersionPropertyTests
{
    static readonly Gen<string> _numbers = Gen.OneOf(
        Gen.Choose(0, 3).Select(number => $"{number}"),
        Gen.Elements("00", "007", "999999999999999999", "1000000000000000000", "18446744073709551616"));

    static readonly Arbitrary<PythonVersion> _versions = (
        from epoch in Gen.Elements("", "", "", "0!", "1!")
        from release in _numbers.NonEmptyListOf()
        from pre in Suffix("", "", "a", "b", "rc", "-alpha.", "_C")
        from post in Suffix("", "", ".post", "-", "rev")
        from dev in Suffix("", "", ".dev", "DEV")
        from local in Gen.Elements("", "", "+1", "+a.1", "+a-01", "+A_b")
        select PythonVersion.Parse($"{epoch}{string.Join('.', release.Take(4))}{pre}{post}{dev}{local}")).ToArbitrary();

    [Fact]
    public void The_normal_form_parses_to_the_same_version_and_is_stable() => Prop.ForAll(_versions, version =>
    {
        var again = PythonVersion.Parse(version.ToString());
        var canonical = PythonVersion.Parse(version.Canonical);
        return again == version && again.ToString() == version.ToString()
            && canonical == version && canonical.Canonical == version.Canonical;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_is_total_and_agrees_with_equality() =>
        Prop.ForAll(_versions, _versions, _versions, (one, two, three) =>
        {
            var isAntisymmetric = Math.Sign(one.CompareTo(two)) == -Math.Sign(two.CompareTo(one));
            var isTransitive = !(one <= two && two <= three) || one <= three;
            var agrees = (one.CompareTo(two) == 0) == one.Equals(two)
                && one.Equals(two) == (one.Canonical == two.Canonical)
                && (!one.Equals(two) || one.GetHashCode() == two.GetHashCode());
            return isAntisymmetric && isTransitive && agrees;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void The_bytes_of_keys_have_the_order_of_the_versions() => Prop.ForAll(_versions, _versions, (one, two) =>
        Math.Sign(GetKey(one).AsSpan().SequenceCompareTo(GetKey(two))) == Math.Sign(one.CompareTo(two))
        && (one == two || !GetKey(two).AsSpan().StartsWith(GetKey(one)))
        && Math.Sign(GetKey(one).AsSpan().SequenceCompareTo(GetKey(Final(one))))
            == Math.Sign(one.CompareTo(Final(one))))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    static PythonVersion Final(PythonVersion version) => PythonVersion.Parse(version.BaseVersion);

    static byte[] GetKey(PythonVersion version)
    {
        var key = new ArrayBufferWriter<byte>();
        version.WriteOrderKey(key);
        return key.WrittenSpan.ToArray();
    }

    [Fact]
    public void Exactly_one_of_smaller_equal_and_greater_specifiers_contains_a_version() =>
        Prop.ForAll(_versions, _versions, (bound, version) =>
        {
            var text = bound.Public;
            var equal = SpecifierSet.Parse($"=={text}").Contains(version);
            var notEqual = SpecifierSet.Parse($"!={text}").Contains(version);
            var less = SpecifierSet.Parse($"<{text}").Contains(version);
            var greater = SpecifierSet.Parse($">{text}").Contains(version);
            var count = (equal ? 1 : 0) + (less ? 1 : 0) + (greater ? 1 : 0);
            return equal != notEqual && count <= 1;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Specifiers_that_differ_only_in_spelling_are_equal()
    {
        var one = SpecifierSet.Parse(">=1.0, ==2.0.*,!=3.0");
        var other = SpecifierSet.Parse("!=3,==2.0.*,>=1.0.0");
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(SpecifierSet.Parse("~=1.0"), SpecifierSet.Parse("~=1.0.0"));
    }

    [Fact]
    public void An_invalid_version_throws_with_a_message() => Assert.Equal(
        "\"2004d\" is not a version (PEP 440).",
        Assert.Throws<FormatException>(() => PythonVersion.Parse("2004d")).Message);

    static Gen<string> Suffix(params string[] words) =>
        from word in Gen.Elements(words)
        from number in _numbers
        select word.Length == 0 ? "" : word + number;
}
