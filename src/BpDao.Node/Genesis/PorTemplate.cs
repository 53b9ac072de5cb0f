using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BpDao.Consensus.Por.Contracts;
using BpDao.Core;
using BpDao.Specs.Files;

namespace BpDao.Node.Genesis;

/// <summary>The <c>engine.por</c> object of a template: what a person decides about a Proof-of-Reputation network.</summary>
internal sealed record PorTemplate
{
    /// <summary>By number, as <c>Work.initialize</c> takes them.</summary>
    public required IReadOnlyList<UInt256> Parameters { get; init; }

    public required IReadOnlyList<TemplateProducer> Producers { get; init; }

    /// <summary>Private keys of producers that are published on purpose; empty on public networks.</summary>
    public required IReadOnlyList<Hash256> ProducerKeys { get; init; }

    /// <summary>Private keys of funded accounts that are published on purpose.</summary>
    public required IReadOnlyList<Hash256> AccountKeys { get; init; }

    /// <summary>What each of <see cref="AccountKeys"/> holds, in wei.</summary>
    public required UInt256 AccountBalance { get; init; }

    /// <summary>Fees and new coins of the first year, in wei; protocol rule 9.3 warns by it.</summary>
    public required UInt256 ExpectedFirstYearTax { get; init; }

    public UInt256 Parameter(string name) => Parameters[WorkParameters.ByName(name)!.Id];

    public static bool TryRead(JsonElement engine, [NotNullWhen(true)] out PorTemplate? template, [NotNullWhen(false)] out string? error)
    {
        SpecFaults faults = new();
        PorTemplate read = PorTemplateReader.Read(new SpecObject(engine, "engine.por", faults), engine, faults);
        error = faults.First;
        template = error is null ? read : null;
        return template is not null;
    }
}

/// <summary>One bond at genesis.</summary>
/// <param name="ConsensusKey">Address of the key that signs; scheme 1.</param>
/// <param name="Reputation">REP in wei (18 decimals).</param>
/// <param name="Bond">Part of it that is bonded: the weight in epochs 0 and 1.</param>
/// <param name="OnionTip">Tip of the producer's reveal onion; null derives it from the published key.</param>
internal sealed record TemplateProducer(Address Identity, Address ConsensusKey, UInt256 Reputation, UInt256 Bond, Hash256? OnionTip);
