using System.Text.Json;
using BpDao.Core;
using BpDao.State;

namespace BpDao.Node.Commands.Conformance;

/// <summary>One account of a test's pre- or post-state.</summary>
internal sealed record TestAccount(ulong Nonce, UInt256 Balance, ReadOnlyMemory<byte> Code, Dictionary<UInt256, UInt256> Storage)
{
    /// <summary>An object of accounts by address, all of whose members are there.</summary>
    public static Dictionary<Address, TestAccount> ReadAll(JsonElement json)
    {
        Dictionary<Address, TestAccount> accounts = [];
        foreach (JsonProperty account in json.EnumerateObject()) accounts[Address.Parse(account.Name)] = Read(account.Value);
        return accounts;
    }

    /// <summary>The state of these accounts and nothing else, with its root.</summary>
    public static StateChange StateOf(IEnumerable<KeyValuePair<Address, TestAccount>> accounts)
    {
        StateDiff diff = new();
        foreach ((Address address, TestAccount account) in accounts)
        {
            GenesisDiff.Add(diff, address, account.Balance, account.Nonce, account.Code, account.Storage);
        }

        return StateStore.Compute(StateView.Empty, diff);
    }

    private static TestAccount Read(JsonElement json)
    {
        Dictionary<UInt256, UInt256> storage = [];
        foreach (JsonProperty slot in json.GetProperty("storage").EnumerateObject()) storage[TestNumbers.Word(slot.Name)] = TestNumbers.Word(slot.Value);
        return new TestAccount(
            TestNumbers.Long(json.GetProperty("nonce")), TestNumbers.Word(json.GetProperty("balance")), TestNumbers.Bytes(json.GetProperty("code")), storage);
    }
}
