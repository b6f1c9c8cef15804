namespace PyRepo.Server.Proxies.Advisories;

/// <summary>Where a vector is in one of CVSS 4.0's equivalence sets.</summary>
/// <param name="Level">The level of the set; 0 is the worst.</param>
/// <param name="Steps">How many steps the vector is from the worst of its level.</param>
/// <param name="Depth">How many steps the level has.</param>
readonly record struct CvssV4Level(int Level, int Steps, int Depth);
