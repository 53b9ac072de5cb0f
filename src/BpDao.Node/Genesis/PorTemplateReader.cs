using System.Text.Json;
using BpDao.Consensus.Por.Contracts;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs.Files;

namespace BpDao.Node.Genesis;

/// <summary>Reads <c>engine.por</c> of a template strictly; the first fault is kept with its JSON path.</summary>
internal static class PorTemplateReader
{
    private const int MaxPublishedProducers = 200;

    // The contracts count REP in 112 bits.
    private static readonly UInt256 MaxReputation = (UInt256.One << 112) - UInt256.One;

    public static PorTemplate Read(SpecObject por, JsonElement engine, SpecFaults faults)
    {
        UInt256[] parameters = ReadParameters(por.RequiredObject("parameters"));
        UInt256 expectedTax = por.UInt256("expectedFirstYearTax") ?? UInt256.Zero;
        List<TemplateProducer> producers = [];
        List<Hash256> producerKeys = [];
        if (por.Has("publishedProducers")) ReadPublished(por.RequiredObject("publishedProducers"), producers, producerKeys);
        if (por.TryGet("producers", out JsonElement list)) ReadProducers(list, faults, producers);
        if (producers.Count == 0) faults.Add("engine.por.producers", "a bench without weight: name producers or publishedProducers");

        (UInt256 balance, List<Hash256> accountKeys) = por.Has("publishedAccounts")
            ? ReadAccounts(por.RequiredObject("publishedAccounts"), faults)
            : (UInt256.Zero, []);
        por.RefuseOthers();
        return new PorTemplate
        {
            Parameters = parameters,
            Producers = producers,
            ProducerKeys = producerKeys,
            AccountKeys = accountKeys,
            AccountBalance = balance,
            ExpectedFirstYearTax = expectedTax,
        };
    }

    private static UInt256[] ReadParameters(SpecObject parameters)
    {
        UInt256[] values = new UInt256[WorkParameters.All.Count];
        foreach (WorkParameter parameter in WorkParameters.All)
        {
            if (parameters.UInt256(parameter.Name) is { } value) values[parameter.Id] = value;
            else parameters.Fault(parameter.Name, "missing");
        }

        parameters.RefuseOthers();
        return values;
    }

    private static void ReadPublished(SpecObject published, List<TemplateProducer> producers, List<Hash256> keys)
    {
        ulong count = published.RequiredUInt64("count");
        UInt256 reputation = published.UInt256("rep") ?? UInt256.Zero;
        UInt256 bond = published.UInt256("bond") ?? UInt256.Zero;
        if (count is 0 or > MaxPublishedProducers) published.Fault("count", $"{count} is not in [1, {MaxPublishedProducers}]");
        if (bond.IsZero) published.Fault("bond", "a bench without weight");
        if (bond > reputation) published.Fault("bond", "more than rep");
        if (reputation > MaxReputation) published.Fault("rep", "is not below 2^112");
        published.RefuseOthers();
        for (int i = 0; i < (int)Math.Min(count, MaxPublishedProducers); i++)
        {
            Hash256 secret = PublishedKeys.ProducerKey(i);
            using PrivateKey key = new(secret.Bytes);
            keys.Add(secret);
            producers.Add(new TemplateProducer(key.Address, key.Address, reputation, bond, OnionTip: null));
        }
    }

    private static void ReadProducers(JsonElement list, SpecFaults faults, List<TemplateProducer> producers)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            faults.Add("engine.por.producers", "is not a list");
            return;
        }

        int index = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            SpecObject item = new(element, $"engine.por.producers[{index++}]", faults);
            Address? identity = item.Address("identity");
            Address? key = item.Address("key");
            UInt256 reputation = item.UInt256("rep") ?? UInt256.Zero;
            UInt256 bond = item.UInt256("bond") ?? UInt256.Zero;
            Hash256? tip = item.Hash("onionTip");
            if (identity is null) item.Fault("identity", "missing");
            if (key is null) item.Fault("key", "missing");
            if (tip is null) item.Fault("onionTip", "missing");
            if (bond.IsZero) item.Fault("bond", "a bond without weight");
            if (bond > reputation) item.Fault("bond", "more than rep");
            if (reputation > MaxReputation) item.Fault("rep", "is not below 2^112");
            item.RefuseOthers();
            producers.Add(new TemplateProducer(identity ?? default, key ?? default, reputation, bond, tip));
        }
    }

    private static (UInt256 Balance, List<Hash256> Keys) ReadAccounts(SpecObject accounts, SpecFaults faults)
    {
        UInt256 balance = accounts.UInt256("balance") ?? UInt256.Zero;
        List<Hash256> keys = [];
        if (accounts.TryGet("privateKeys", out JsonElement list) && list.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement element in list.EnumerateArray())
            {
                if (element.ValueKind == JsonValueKind.String && Hash256.TryParse(element.GetString(), out Hash256 key)) keys.Add(key);
                else faults.Add($"engine.por.publishedAccounts.privateKeys[{index}]", "is not a 32-byte key");
                index++;
            }
        }

        accounts.RefuseOthers();
        return (balance, keys);
    }
}
