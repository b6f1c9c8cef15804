namespace PyRepo.Operator.Tests.Roles;

/// <summary>One verb of a role.</summary>
/// <param name="Group">The API group; empty: the core kinds'.</param>
/// <param name="Resource">The plural, with the subresource after a slash; or a path that begins with one.</param>
/// <param name="Verb">The verb.</param>
public sealed record Right(string Group, string Resource, string Verb);
