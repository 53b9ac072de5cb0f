using System.Text;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.StateTest;

/// <summary>Says where a post-state departs from the one the test lists, for whoever has to find out why.</summary>
internal static class PostStateDifference
{
    private const int Most = 4;

    /// <summary>The first differences, each after <c>; </c>; nothing when the test lists no post-state.</summary>
    public static string Describe(StateTestCase test, WorldState world)
    {
        if (test.Post is not { } expected) return "";
        StringBuilder text = new();
        foreach (string difference in Find(test, expected, world).Take(Most)) text.Append("; ").Append(difference);
        return text.ToString();
    }

    private static IEnumerable<string> Find(StateTestCase test, IReadOnlyDictionary<Address, TestAccount> expected, WorldState world)
    {
        foreach ((Address address, TestAccount account) in expected)
        {
            if (!world.Exists(address)) yield return $"{address} is missing";
            if (world.GetNonce(address) != account.Nonce) yield return $"{address} nonce {world.GetNonce(address)}, expected {account.Nonce}";
            if (world.GetBalance(address) != account.Balance) yield return $"{address} balance {world.GetBalance(address)}, expected {account.Balance}";
            if (world.GetCodeHash(address) != Keccak256.Hash(account.Code.Span)) yield return $"{address} has other code";
            foreach (UInt256 slot in account.Storage.Keys.Union(SlotsBefore(test, address).Keys))
            {
                UInt256 value = account.Storage.GetValueOrDefault(slot);
                if (world.GetStorage(address, slot) != value)
                {
                    yield return $"{address} slot {slot.ToHexQuantity()} is {world.GetStorage(address, slot).ToHexQuantity()}, expected {value.ToHexQuantity()}";
                }
            }
        }

        foreach (Address address in test.Pre.Keys)
        {
            if (!expected.ContainsKey(address) && world.Exists(address)) yield return $"{address} should be gone";
        }
    }

    private static Dictionary<UInt256, UInt256> SlotsBefore(StateTestCase test, Address address) =>
        test.Pre.TryGetValue(address, out TestAccount? before) ? before.Storage : [];
}
