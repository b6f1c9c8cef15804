namespace PyRepo.Storage;

/// <summary>What a kind of store is capable of.</summary>
/// <param name="IsLocal">Whether it is a folder of this machine.</param>
/// <param name="AppendsInPlace">Whether an append costs no more the longer the object is.</param>
/// <param name="HonorsConditions">
/// Whether the conditions of writes hold against other processes. Otherwise there can be only one writer.
/// </param>
public sealed record StoreTraits(bool IsLocal, bool AppendsInPlace, bool HonorsConditions);
