namespace PyRepo.Testing.Buckets;

/// <summary>
/// The tests of a class need <see cref="Azurite"/>. Those that are <see cref="ContractFactAttribute"/>s are skipped
/// without it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAzuriteAttribute : Attribute;
