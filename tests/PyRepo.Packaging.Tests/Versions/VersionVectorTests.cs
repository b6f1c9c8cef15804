using PyRepo.Packaging.Versions;
using static PyRepo.Packaging.Tests.VectorFile;

namespace PyRepo.Packaging.Tests.Versions;

public sealed class VersionVectorTests
{
    [Fact]
    public void Versions_are_read_and_normalized_as_the_reference_does()
    {
        CheckAll(Read("versions"), vector =>
        {
            var isVersion = PythonVersion.TryParse(vector.Text("input"), out var version);
            var normalized = vector.TextOrNull("normalized");
            if (!isVersion || normalized is null)
                return Differs("valid", normalized is not null, isVersion);
            return Differs("normalized", normalized, version!.ToString())
                ?? Differs("canonical", vector.Text("canonical"), version.Canonical)
                ?? Differs("public", vector.Text("public"), version.Public)
                ?? Differs("base_version", vector.Text("base_version"), version.BaseVersion)
                ?? Differs("local", vector.TextOrNull("local"), version.Local)
                ?? Differs("is_prerelease", vector.Flag("is_prerelease"), version.IsPrerelease)
                ?? Differs("is_postrelease", vector.Flag("is_postrelease"), version.IsPostrelease)
                ?? Differs("is_devrelease", vector.Flag("is_devrelease"), version.IsDevrelease);
        });
    }

    [Fact]
    public void Versions_are_ordered_as_the_reference_does()
    {
        CheckAll(Read("ordering"), vector =>
        {
            var groups = vector.GetProperty("sorted").EnumerateArray()
                .Select(group => group.EnumerateArray().Select(item => PythonVersion.Parse(item.GetString()!)))
                .Select(group => group.ToArray())
                .ToArray();
            foreach (var group in groups)
            {
                if (group.Any(version => version != group[0] || version.GetHashCode() != group[0].GetHashCode()))
                    return $"{group[0]} is not equal to all of its group";
            }
            for (var i = 1; i < groups.Length; i++)
            {
                if (groups[i].Any(version => version <= groups[i - 1][0] || groups[i - 1][0] >= version))
                    return $"{groups[i][0]} is not after {groups[i - 1][0]}";
            }
            var sorted = vector.Texts("items").Select(PythonVersion.Parse).Order().ToArray();
            return sorted.SequenceEqual(groups.SelectMany(group => group)) ? null : "sorting gives another order";
        });
    }

    [Fact]
    public void Specifiers_are_read_and_normalized_as_the_reference_does()
    {
        CheckAll(Read("specifier-strings"), vector =>
        {
            var isSpecifier = SpecifierSet.TryParse(vector.Text("specifier"), out var set);
            if (!isSpecifier || !vector.Flag("valid"))
                return Differs("valid", vector.Flag("valid"), isSpecifier);
            return Differs("normalized", vector.Text("normalized"), set!.ToString())
                ?? Differs("prereleases", vector.FlagOrNull("prereleases"), set.Prereleases);
        });
    }

    [Fact]
    public void A_version_is_contained_where_the_reference_says_so()
    {
        CheckAll(Read("specifiers"), vector =>
        {
            var set = SpecifierSet.Parse(vector.Text("specifier"));
            var prereleases = vector.FlagOrNull("prereleases");
            return Differs("contains", vector.Flag("contains"), set.Contains(vector.Text("version"), prereleases));
        });
    }

    [Fact]
    public void Versions_are_filtered_as_the_reference_does()
    {
        CheckAll(Read("filters"), vector =>
        {
            var set = SpecifierSet.Parse(vector.Text("specifier"));
            var result = set.Filter(vector.Texts("versions"), vector.FlagOrNull("prereleases"));
            return Differs("result", string.Join(' ', vector.Texts("result")), string.Join(' ', result));
        });
    }
}
