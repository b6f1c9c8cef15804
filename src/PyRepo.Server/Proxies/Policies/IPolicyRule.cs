using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>One rule of a policy. It is a pure function of a file and the time.</summary>
interface IPolicyRule
{
    /// <summary>Returns why a file is hidden, or null if the rule lets it through.</summary>
    Verdict? Judge(Distribution file, DateTimeOffset now);
}
