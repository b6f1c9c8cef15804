using System.Text.Json;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using static PyRepo.Packaging.Tests.VectorFile;

namespace PyRepo.Packaging.Tests.FileNames;

public sealed class FileNameVectorTests
{
    /// <summary>What some of the names have after their tags.</summary>
    const string VariantLabel = "x";

    [Fact]
    public void Wheels_names_are_read_as_the_reference_does()
    {
        CheckAll(Read("wheel-filenames"), vector =>
        {
            var isWheel = WheelFileName.TryParse(vector.Text("input"), out var wheel);
            // The reference does not know variant wheels yet.
            if (wheel?.VariantLabel == VariantLabel)
                return Differs("without the label", true, IsWheelWithout(VariantLabel, vector.Text("input")));
            if (!isWheel || !vector.Flag("valid"))
                return Differs("valid", IsValidHere(vector), isWheel);
            var build = vector.GetProperty("build") is { ValueKind: JsonValueKind.Array } parts
                ? $"{parts[0].GetString()}{parts[1].GetString()}"
                : null;
            return Differs("name", vector.Text("name"), wheel!.Project.Value)
                ?? Differs("version", vector.Text("version"), wheel.Version.ToString())
                ?? Differs("build", build, wheel.Build?.ToString())
                ?? Differs("tags", Sorted(vector.Texts("tags").Select(LoweredHere)), Sorted(wheel.ExpandTags()));
        });
    }

    [Fact]
    public void Sdists_names_are_read_as_the_reference_does()
    {
        CheckAll(Read("sdist-filenames"), vector =>
        {
            var isSdist = SdistFileName.TryParse(vector.Text("input"), out var sdist);
            if (!isSdist || !vector.Flag("valid"))
                return Differs("valid", IsValidHere(vector), isSdist);
            return Differs("name", vector.Text("name"), sdist!.Project.Value)
                ?? Differs("version", vector.Text("version"), sdist.Version.ToString());
        });
    }

    [Fact]
    public void The_lenient_reader_accepts_what_the_reference_accepts()
    {
        var cases = Read("wheel-filenames").EnumerateArray().Concat(Read("sdist-filenames").EnumerateArray());
        var valid =
            cases.Where(IsValidHere).Where(vector => DistributionFileName.IsSafe(vector.Text("input"))).ToList();
        Assert.NotEmpty(valid);
        foreach (var vector in valid)
        {
            var project = ProjectName.Parse(vector.Text("name"));
            Assert.True(DistributionFileName.TryParse(vector.Text("input"), project, out var known), vector.ToString());
            Assert.Equal(vector.Text("version"), known.Version?.ToString());
        }
    }

    static bool IsWheelWithout(string label, string input) =>
        WheelFileName.TryParse(input.Replace($"-{label}.whl", ".whl", StringComparison.Ordinal), out var wheel)
        && wheel.VariantLabel is null;

    /// <summary>The reference takes the name parts <c>föö</c>, <c>_foo</c> and <c>foo_</c>; no index can hold such a
    /// project, so they are rejected here.</summary>
    static bool IsValidHere(JsonElement vector) =>
        vector.Flag("valid") && ProjectName.IsNormalized(vector.Text("name"));

    /// <summary>Python lowers U+0130 to two characters, .NET leaves it. No installer asks for such a tag.</summary>
    static string LoweredHere(string tag) => tag.Replace("i\u0307", "\u0130", StringComparison.Ordinal);

    static string Sorted(IEnumerable<string> tags) => string.Join(' ', tags.Order(StringComparer.Ordinal));
}
