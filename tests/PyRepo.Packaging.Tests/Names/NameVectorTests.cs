using System.Text.RegularExpressions;
using PyRepo.Packaging.Names;
using static PyRepo.Packaging.Tests.VectorFile;

namespace PyRepo.Packaging.Tests.Names;

public sealed class NameVectorTests
{
    [Fact]
    public void Names_are_read_and_normalized_as_the_reference_does()
    {
        CheckAll(Read("names"), vector =>
        {
            var input = vector.Text("input");
            var isValid = ProjectName.TryParse(input, out var name);
            var isValidSpan = ProjectName.TryParse(input.AsSpan(), out var same);
            var normalized = NormalizedHere(input) ?? vector.Text("normalized");
            return Differs("valid", vector.Flag("valid"), isValid)
                ?? Differs("valid as a span", isValid, isValidSpan && same == name)
                ?? Differs("normalized", normalized, ProjectName.Normalize(input))
                ?? Differs("is_normalized", vector.Flag("is_normalized"), ProjectName.IsNormalized(input));
        });
    }

    /// <summary>The reference lowers letters of all scripts, which joins names (the Kelvin sign and k); here only ASCII
    /// letters are lowered, as PEP 503 means it. None of these names is valid.</summary>
    static string? NormalizedHere(string input)
    {
        if (input.All(char.IsAscii))
            return null;
        var lowered = input.Select(letter => char.IsAscii(letter) ? char.ToLowerInvariant(letter) : letter);
        return Regex.Replace(string.Concat(lowered), "[-_.]+", "-");
    }
}
