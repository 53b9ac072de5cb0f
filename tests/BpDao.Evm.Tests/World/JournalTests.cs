using BpDao.Core;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Evm.Tests.World;

/// <summary>The journal against a model that copies everything at every snapshot.</summary>
public sealed class JournalTests
{
    private const int Accounts = 4, Slots = 3;

    private static readonly IReleaseSpec Spec = new TestSpec(Fork.Osaka);

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, Accounts - 1], Gen.Int[0, Slots - 1], Gen.ULong[0, 3], (kind, account, slot, value) => new Step(kind, account, slot, value));

    private readonly record struct Step(int Kind, int Account, int Slot, ulong Value);

    [Fact]
    public void Any_sequence_of_changes_snapshots_and_restores_is_as_in_a_model_of_copies() =>
        Steps.Array[0, 60].Sample(steps => Replay(steps), iter: 3_000);

    [Fact]
    public void A_slot_written_many_times_goes_back_to_its_value_at_each_snapshot()
    {
        WorldState world = new(new TestState().With(At(0), storage: (0, 1)));
        Snapshot first = world.TakeSnapshot();
        world.SetStorage(At(0), 0, 2);
        world.SetStorage(At(0), 0, 3);
        Snapshot second = world.TakeSnapshot();
        world.SetStorage(At(0), 0, 4);
        world.SetStorage(At(0), 0, 5);

        world.Restore(second);
        Assert.Equal((UInt256)3, world.GetStorage(At(0), 0));
        world.SetStorage(At(0), 0, 6);
        world.SetStorage(At(0), 0, 7);
        world.Restore(second);
        Assert.Equal((UInt256)3, world.GetStorage(At(0), 0));
        world.SetStorage(At(0), 0, 8);
        world.Restore(first);
        Assert.Equal((UInt256)1, world.GetStorage(At(0), 0));
    }

    private static void Replay(Step[] steps)
    {
        TestState view = new TestState().With(At(0), balance: 5, nonce: 1, code: [1], (0, 7), (1, 8)).With(At(1), balance: 2);
        WorldState world = new(view);
        Model model = new();
        for (int i = 0; i < Accounts; i++) model.Accounts.Add(ModelAccount.Read(new WorldState(view), At(i)));
        Stack<(Snapshot, Model)> saved = new();

        foreach (Step step in steps)
        {
            Address address = At(step.Account);
            ModelAccount account = model.Accounts[step.Account];
            switch (step.Kind)
            {
                case 0: saved.Push((world.TakeSnapshot(), model.Copy())); break;
                case 1 when saved.Count > 0:
                    (Snapshot snapshot, model) = saved.Pop();
                    world.Restore(snapshot);
                    break;
                case 2: world.SetStorage(address, (ulong)step.Slot, step.Value); account.Storage[step.Slot] = step.Value; account.Exists = true; break;
                case 3: world.SetBalance(address, step.Value); account.Balance = step.Value; account.Exists = true; break;
                case 4: world.SetNonce(address, step.Value); account.Nonce = step.Value; account.Exists = true; break;
                case 5: world.SetCode(address, new byte[step.Value]); account.CodeLength = (int)step.Value; account.Exists = true; break;
                case 6: world.SetTransient(world.Load(address), (ulong)step.Slot, step.Value); account.Transient[step.Slot] = step.Value; break;
                case 7: Assert.Equal(account.Warm, !world.WarmUp(world.Load(address))); account.Warm = true; break;
                case 8: world.MarkDestroyed(world.Load(address)); account.Destroyed = account.Exists = true; break;
                case 9: world.AddLog(new LogEntry(address, [], default)); world.Refund++; model.Logs++; break;
            }

            model.AssertSame(world);
        }

        world.CommitTransaction(Spec);
        model.Commit();
        model.AssertSame(world);
        model.AssertSame(new WorldState(view.After(world.BuildDiff())));
    }

    private static Address At(int index) => Address.FromNumber(0x1000 + (uint)index);

    private sealed class Model
    {
        public List<ModelAccount> Accounts { get; } = [];

        public int Logs { get; set; }

        public Model Copy()
        {
            Model copy = new() { Logs = Logs };
            copy.Accounts.AddRange(Accounts.Select(a => a.Copy()));
            return copy;
        }

        public void Commit()
        {
            Logs = 0;
            foreach (ModelAccount account in Accounts) account.Commit();
        }

        public void AssertSame(WorldState world)
        {
            Assert.Equal(Logs, world.Logs.Count);
            Assert.Equal(Logs, world.Refund);
            for (int i = 0; i < Accounts.Count; i++) Accounts[i].AssertSame(world, At(i));
        }
    }

    private sealed class ModelAccount
    {
        public bool Exists, Warm, Destroyed;
        public ulong Nonce;
        public UInt256 Balance;
        public int CodeLength;
        public UInt256[] Storage = new UInt256[Slots], Transient = new UInt256[Slots];

        public static ModelAccount Read(WorldState world, Address address)
        {
            ModelAccount read = new()
            {
                Exists = world.Exists(address),
                Nonce = world.GetNonce(address),
                Balance = world.GetBalance(address),
                CodeLength = world.GetCode(address).Length,
            };
            for (int i = 0; i < Slots; i++) read.Storage[i] = world.GetStorage(address, (ulong)i);
            return read;
        }

        public ModelAccount Copy()
        {
            ModelAccount copy = (ModelAccount)MemberwiseClone();
            copy.Storage = [.. Storage];
            copy.Transient = [.. Transient];
            return copy;
        }

        public void Commit()
        {
            // EIP-161: in these tests whatever exists and is empty was touched.
            bool goes = Destroyed || (Exists && Nonce == 0 && Balance.IsZero && CodeLength == 0);
            Warm = Destroyed = false;
            Transient = new UInt256[Slots];
            if (!goes) return;
            Exists = false;
            Nonce = 0;
            Balance = 0;
            CodeLength = 0;
            Storage = new UInt256[Slots];
        }

        public void AssertSame(WorldState world, Address address)
        {
            Assert.Equal(Exists, world.Exists(address));
            Assert.Equal(Nonce, world.GetNonce(address));
            Assert.Equal(Balance, world.GetBalance(address));
            Assert.Equal(CodeLength, world.GetCode(address).Length);
            Assert.Equal(Destroyed, world.IsDestroyed(world.Load(address)));
            for (int i = 0; i < Slots; i++)
            {
                Assert.Equal(Storage[i], world.GetStorage(address, (ulong)i));
                Assert.Equal(Transient[i], world.GetTransient(world.Load(address), (ulong)i));
            }
        }
    }
}
