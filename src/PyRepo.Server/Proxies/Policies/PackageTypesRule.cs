using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>Hides what is not of one of the <c>packageTypes</c>. A list of variants goes with the wheels, none of which
/// could be chosen without it.</summary>
/// <param name="types">The names of the types: <c>bdist_wheel</c>.</param>
sealed class PackageTypesRule(ImmutableArray<string> types) : IPolicyRule
{
    readonly string _text = string.Join(", ", types);

    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now) => types.Contains(GetAllowing(file.Name.PackageType))
        ? null
        : new Verdict("packageTypes", _text, $"is a {file.Name.PackageType.ToName()}; only {_text} is allowed");

    static string GetAllowing(PackageType type) =>
        (type is PackageType.VariantsIndex ? PackageType.Wheel : type).ToName();
}
