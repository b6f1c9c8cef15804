using System.Collections.Immutable;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>One line of a constraints file
/// (<see href="https://pip.pypa.io/en/stable/user_guide/#constraints-files">pip</see>).</summary>
/// <param name="Text">The requirement as it is written, without its hashes.</param>
/// <param name="Project">The project.</param>
/// <param name="Specifiers">The versions.</param>
/// <param name="IsConditional">
/// Whether it has a marker. A server does not know the marker's environment, so that one of the conditional lines of a
/// project has to hold.
/// </param>
/// <param name="Hashes">The only digests that files may have; empty if any may.</param>
sealed record Constraint(
    string Text, ProjectName Project, SpecifierSet Specifiers, bool IsConditional, ImmutableArray<Sha256Digest> Hashes);
