namespace PyRepo.Server.Platform.Admission;

/// <summary>
/// Identifies work by what goes into it: equal keys mean the same result. A kind of work is a record of its own.
/// </summary>
/// <typeparam name="TResult">The result, which all who ask for it share.</typeparam>
abstract record WorkKey<TResult>
{
    /// <summary>
    /// The approximate memory of the key while it is remembered that its work is too costly, in bytes.
    /// </summary>
    public virtual long Weight => 512;
}
