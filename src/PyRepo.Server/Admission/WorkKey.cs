namespace PyRepo.Server.Admission;

/// <summary>
/// Identifies work by what goes into it: equal keys mean the same result. A kind of work is a record of its own.
/// </summary>
/// <typeparam name="TResult">What comes of it, which all who ask for it share.</typeparam>
abstract record WorkKey<TResult>;
