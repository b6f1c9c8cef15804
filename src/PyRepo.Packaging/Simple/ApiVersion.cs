using System.Globalization;

namespace PyRepo.Packaging.Simple;

/// <summary>The Simple API version that a page declares (<see href="https://peps.python.org/pep-0629/">PEP
/// 629</see>).</summary>
static class ApiVersion
{
    const int KnownMajor = 1;

    /// <summary>The version of a page that declares none.</summary>
    public const string Undeclared = "1.0";

    /// <summary>Returns the version if its major number is supported. Any minor number is accepted.</summary>
    /// <exception cref="PageFormatException">The major number is not supported, or missing.</exception>
    public static string Check(string? version)
    {
        if (version is null)
            return Undeclared;
        var major = version.AsSpan();
        if (version.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot)
            major = major[..dot];
        var isNumber = int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && number == KnownMajor)
            return version;
        throw new PageFormatException(
            $"The page declares api-version \"{version}\" of the Simple API; only {KnownMajor}.x is supported.");
    }
}
