namespace EndToEnd.Serving;

/// <summary>A problem that the management port's <c>/status</c> reports.</summary>
public sealed record StatusProblem(string Reason, string Source, string Message);
