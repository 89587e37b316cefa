import { DataApps } from './data-apps.tsx';
import { EraseEverything } from './data-erase.tsx';
import { ExportData } from './data-export.tsx';
import { ImportData } from './data-import.tsx';
import { SectionHead } from './section-head.tsx';

/** What is kept here, out into a file and in again, and gone. */
export function Data() {
  return (
    <>
      <SectionHead title="Your data">
        Messages, people and settings are kept in this browser. They are yours to take along and to delete.
      </SectionHead>
      <ExportData />
      <ImportData />
      <DataApps />
      <EraseEverything />
    </>
  );
}
